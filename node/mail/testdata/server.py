"""A mail server for tests: aiosmtpd on loopback, told what to answer.

It reads one JSON object of settings from its first line of input, prints its
port, and then one JSON object a line for each message it took. Each further
line of input is a new set of rules, or null for none new, and is confirmed. It
ends with its input.

Rules: {"rcpt": {address: reply}, "data": {address: reply}}. A reply is a text
for ever, or a list of texts of which each is used once; "" takes the mail, and
"hang up" ends the connection without a word.
"""

import asyncio
import base64
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def say(what):
    print(json.dumps(what), flush=True)


class Handler:
    def __init__(self, rules):
        self.rules = rules

    def answer(self, server, step, address):
        rule = self.rules.get(step, {}).get(address, "")
        if isinstance(rule, list):
            rule = rule.pop(0) if rule else ""
        if rule == "hang up":
            server.transport.abort()
        return rule

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answer(server, "mail", address) or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self.answer(server, "rcpt", address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            refusal = self.answer(server, "data", address)
            if refusal:
                return refusal
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "helo": session.host_name,
            "secure": server.transport.get_extra_info("ssl_object") is not None,
            "raw": base64.b64encode(envelope.original_content).decode(),
            "subject": message["Subject"],
            "body": message.get_content().replace("\r\n", "\n"),
            "defects": [str(d) for d in message.defects],
            "headers": {name.lower(): str(value) for name, value in message.items()},
        })
        return "250 Message accepted"


async def run():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    settings = json.loads(await reader.readline())
    handler = Handler(settings.get("rules") or {})
    context = None
    if settings.get("cert"):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(settings["cert"], settings["key"])
    tls = settings.get("tls", "none")
    options = {"hostname": "mail.example", "enable_SMTPUTF8": True}
    if tls == "starttls":
        options.update(tls_context=context, require_starttls=True)
    if settings.get("password"):
        def check(server, session, envelope, mechanism, data):
            good = (data.login, data.password) == (b"node", settings["password"].encode())
            return AuthResult(success=good, handled=False)
        options.update(
            authenticator=check, auth_required=True, auth_require_tls=tls == "starttls",
            auth_exclude_mechanism=settings.get("without") or [],
        )
    server = await loop.create_server(
        lambda: SMTP(handler, **options), "127.0.0.1", settings.get("port", 0),
        ssl=context if tls == "tls" else None,
    )
    say({"port": server.sockets[0].getsockname()[1]})
    while line := await reader.readline():
        rules = json.loads(line)
        if rules is not None:
            handler.rules = rules
        say({"ruled": True})
    server.close()


asyncio.run(run())
