import base64

from .common import CapCommon

PDF = b"%PDF-1.4\n%x\n"


class MaterialCommon(CapCommon):
    """Published material for every tier, and some for one tier only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["cap.training.material"].sudo().search([])._guarded_write(
            {"state": "archived"}  # the demo's
        )
        cls.topic = cls.env["cap.training.topic"].create({"name": "Zebra printing"})
        cls.material = cls.make_material("Labels by the hundred")
        cls.advanced = cls.make_material(
            "Routing for experts", tier_ids=cls.tiers["alliance"].ids
        )

    @classmethod
    def make_material(cls, name, **vals):
        """Return material that is published in its first version."""
        url = vals.pop("url", "https://a.example/x")
        material = cls.env["cap.training.material"].create(
            {"name": name, "topic_id": cls.topic.id} | vals
        )
        if material.kind == "document":
            material._add_version("First", cls.pack(PDF), "guide.pdf")
        else:
            material._add_version("First", url=url)
        return material

    @staticmethod
    def pack(content):
        return base64.b64encode(content)

    def find_attachment(self, material):
        """Return the attachment that holds the file that clients get."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", material.version_id._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", material.version_id.id),
                ]
            )
        )

    def offered(self, user):
        """Return what a client finds, asked anew."""
        return self.env["cap.training.material"].with_user(user).search([])
