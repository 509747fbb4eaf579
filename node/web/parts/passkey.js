// Passkeys (Web Authentication): asks the node for a challenge, the browser for
// an answer, and sends it back. Nothing here decides anything.
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => {
    let out = "";
    for (const b of new Uint8Array(buffer)) out += String.fromCharCode(b);
    return btoa(out).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const opened = (options) => {
    const o = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (o.user) o.user = { ...o.user, id: bytes(o.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (o[list]) o[list] = o[list].map((c) => ({ ...c, id: bytes(c.id) }));
    }
    return o;
  };

  const closed = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const post = async (path, fields) => {
    const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields), redirect: "error" });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(said.error || ""), { said: said.error });
    return said;
  };

  const say = (form, words) => {
    const place = form.querySelector("[data-passkey-says]");
    if (place) place.textContent = words || "";
  };

  const run = async (form) => {
    const fields = Object.fromEntries(new FormData(form));
    const begun = await post(form.action + "/begin", { csrf: fields.csrf });
    const publicKey = opened(begun.options);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    const done = await post(form.action, { ...fields, ceremony: begun.ceremony, answer: closed(credential) });
    location.assign(done.to);
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      say(form, form.dataset.passkeyMissing);
      continue;
    }
    const button = form.querySelector("button");
    button.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      say(form, form.dataset.passkeyWaiting);
      try {
        await run(form);
      } catch (problem) {
        say(form, problem.said || form.dataset.passkeyFailed);
        button.disabled = false;
      }
    });
  }

  // A code that came with a link stands behind the #, which no server sees.
  const code = document.querySelector("input[name=code]");
  if (code && /^#[0-9A-Za-z-]{12,20}$/.test(location.hash)) {
    code.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
  }
})();
