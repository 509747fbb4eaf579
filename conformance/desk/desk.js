"use strict";
const list = document.getElementById("heard");
const bar = document.getElementById("bar");
const count = document.getElementById("count");
if (list && bar && window.EventSource) {
  const lang = document.documentElement.lang;
  const source = new EventSource(list.dataset.events);
  list.replaceChildren();
  source.addEventListener("check", (event) => {
    const check = JSON.parse(event.data);
    bar.max = check.all;
    bar.value = check.done;
    count.textContent = check.done + "/" + check.all;
    const item = document.createElement("li");
    const tag = document.createElement("span");
    tag.className = "tag " + check.outcome;
    tag.textContent = check.outcome;
    const why = document.createElement("span");
    why.textContent = check[lang];
    item.append(tag, " " + check.requirement + " ", why);
    list.prepend(item);
  });
  source.addEventListener("end", () => {
    source.close();
    location.reload();
  });
  source.addEventListener("error", () => {
    source.close();
    setTimeout(() => location.reload(), 2000);
  });
}
