import io

from pypdf import PdfReader


class PdfReading:
    """Reads back what a report puts on paper; goes with a test case."""

    def read_pdf(self, report, record):
        """Return (words of each page, pages) of the real PDF of a record."""
        reports = self.env["ir.actions.report"].sudo()
        reports = reports.with_context(force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(f"connecta_cap.{report}", record.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF-"))
        pages = PdfReader(io.BytesIO(content)).pages
        words = [" ".join(page.extract_text().split()) for page in pages]
        return words, pages

    def assert_a4(self, page):
        """Check that a page is upright A4."""
        width, height = page.mediabox.width, page.mediabox.height
        self.assertAlmostEqual(float(width), 595, delta=3)  # points
        self.assertAlmostEqual(float(height), 842, delta=3)
