# SPDX-License-Identifier: Apache-2.0
"""web.py PORT: a web server that says 200, over and over on a connection."""
import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"x" * 3000
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


server = Server(("", int(sys.argv[1])), Handler)
print("serving", flush=True)
server.serve_forever()
