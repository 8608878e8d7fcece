"""A mailbox that is polled: as much of POP3 (RFC 1939) as poplib asks for."""

import socketserver
import threading


class Session(socketserver.StreamRequestHandler):
    """One session; what was deleted in it goes when it ends well, as the RFC says."""

    def handle(self):
        self.deleted = set()
        self.answer("ready")
        for line in self.rfile:
            verb, *words = line.decode().split()
            getattr(self, f"do_{verb.lower()}")(*words)
            if verb.upper() == "QUIT":
                return

    def answer(self, text="", lines=None):
        self.wfile.write(f"+OK {text}\r\n".encode())
        if lines is not None:
            for line in [*lines, b"."]:
                # a dot that begins a line of a mail is doubled
                more = b"." if line.startswith(b".") and line != b"." else b""
                self.wfile.write(more + line + b"\r\n")

    def do_user(self, _name):
        self.answer()

    def do_pass(self, _word):
        self.answer()

    def do_stat(self):
        self.answer(f"{len(self.server.mails)} {sum(map(len, self.server.mails))}")

    def do_list(self):
        sizes = enumerate(map(len, self.server.mails), 1)
        self.answer(lines=[f"{number} {size}".encode() for number, size in sizes])

    def do_retr(self, number):
        self.answer(lines=self.server.mails[int(number) - 1].splitlines())

    def do_dele(self, number):
        self.deleted.add(int(number))
        self.answer()

    def do_quit(self):
        kept = enumerate(self.server.mails, 1)
        self.server.mails = [m for n, m in kept if n not in self.deleted]
        self.answer("bye")


class PopServer(socketserver.ThreadingTCPServer):
    """A mailbox on loopback; `mails` is what lies in it."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.mails = []

    @property
    def port(self):
        return self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()
