"""Problem documents (RFC 9457): what a refusal looks like to the caller. They repeat nothing of the request's body."""

import json

PREFIX = "urn:fukusen:problem:"
STATUS = {"bad-request": 400, "not-authenticated": 401, "wrong-target": 401, "clock-skew": 401, "bad-digest": 401,
          "replayed": 401, "unknown-issuer": 401, "forbidden": 403, "not-found": 404, "not-allowed": 405,
          "conflict": 409, "gone": 410, "too-large": 413, "too-many-requests": 429, "internal": 500,
          "not-claimed": 501, "unavailable": 503}
TEXT = {
    "bad-request": ("Bad request", "The request cannot be read.", "要求を読み取れません。"),
    "not-authenticated": ("Not authenticated", "This operation needs valid credentials.",
                          "この操作には有効な認証情報が必要です。"),
    "wrong-target": ("Wrong target", "The proof is for another server, method or address.",
                     "証明が別の宛先、メソッドまたはアドレスのものです。"),
    "clock-skew": ("Clock skew", "The proof's time is too far from this node's clock.",
                   "証明の時刻がこのノードの時計と離れすぎています。"),
    "bad-digest": ("Bad digest", "The proof does not carry the digest of the body.",
                   "証明に本文のダイジェストがありません。"),
    "replayed": ("Replayed", "This proof was used before.", "この証明はすでに使われました。"),
    "unknown-issuer": ("Unknown issuer", "The register does not list the caller.", "呼び出し元が名簿にありません。"),
    "forbidden": ("Forbidden", "The caller may not do this.", "この操作は許可されていません。"),
    "not-found": ("Not found", "There is no such thing.", "該当するものがありません。"),
    "not-allowed": ("Method not allowed", "The path does not have this method.",
                    "このパスではそのメソッドを使えません。"),
    "conflict": ("Conflict", "Something else stands in the way.", "別の状態と衝突しています。"),
    "too-large": ("Too large", "The body is longer than this operation takes.",
                  "本文がこの操作の上限を超えています。"),
    "too-many-requests": ("Too many requests", "Ask again a little later.", "少し待ってからもう一度お試しください。"),
    "internal": ("Internal fault", "This node has a fault.", "このノードに障害があります。"),
    "not-claimed": ("Not claimed", "This node does not claim the role of this operation.",
                    "このノードはこの操作の役割を名乗っていません。"),
    "unavailable": ("Unavailable", "This node cannot answer now.", "このノードは今は応答できません。"),
    "invalid": ("Invalid", "The body says something that is not allowed.", "本文に許されない内容があります。"),
    "bad-claims": ("Bad claims", "A member is missing or not as required.", "項目が不足しているか、要件を満たしません。"),
    "closed-kind": ("Closed kind", "There is a member that is not defined here.", "ここで定義されていない項目があります。"),
    "purpose-not-allowed": ("Purpose not allowed", "The data guideline in force does not list this purpose.",
                            "有効なデータ取扱指針にこの目的がありません。"),
    "not-a-member": ("Not a member", "The node is not an active member of the register.",
                     "そのノードは名簿の有効な参加者ではありません。"),
}


class Problem(Exception):
    def __init__(self, name, status=None, requirement=None, field=None, headers=None, detail=None, **more):
        super().__init__(name)
        self.name, self.status = name, status or STATUS.get(name, 422)
        self.requirement, self.field, self.headers = requirement, field, headers or {}
        self.detail, self.more = detail, more

    def body(self, language):
        title, english, japanese = TEXT.get(self.name, ("Refused", "The request does not hold.", "要求は要件を満たしません。"))
        if self.detail:
            english, japanese = self.detail
        result = {"type": PREFIX + self.name, "title": title, "status": self.status,
                  "detail": japanese if language == "ja" else english}
        if self.requirement:
            result["requirement"] = self.requirement
        if self.field:
            result["field"] = self.field
        result.update(self.more)
        return json.dumps(result, ensure_ascii=False).encode()


def of(refusal, status=None):
    """A refusal of section 11 as a problem."""
    return Problem(refusal.problem, status=status, requirement=refusal.requirement, field=refusal.field or None)


def language(header):
    """ja or en by Accept-Language (RFC 9110 section 12.5.4), English without it; of two alike, the first named."""
    weights, order = {}, []
    for place in (header or "").split(","):
        words = [w.strip().lower().replace(" ", "") for w in place.split(";")]
        quality = 1.0
        for word in words[1:]:
            if word.startswith("q="):
                try:
                    quality = float(word[2:])
                except ValueError:
                    quality = 0.0
        name = words[0].split("-")[0]
        if name in ("ja", "en", "*"):
            weights[name] = max(weights.get(name, 0.0), quality)
            order.append(name)
    rest = weights.get("*", 0.0)
    japanese, english = weights.get("ja", rest), weights.get("en", rest)
    if japanese == english:
        return "ja" if japanese > 0 and order[0] == "ja" else "en"
    return "ja" if japanese > english else "en"
