/* One language at a time; the address says which. */
(function () {
  "use strict";

  const parts = [...document.querySelectorAll(".part")];
  const languages = parts.map((part) => part.lang);

  function show(language) {
    for (const part of parts) part.hidden = part.lang !== language;
    document.documentElement.lang = language;
    document.title = document.querySelector(`.part[lang="${language}"] h1`).textContent;
  }

  function asked() {
    const language = location.hash.replace("#lang=", "");
    return languages.includes(language) ? language : languages[0];
  }

  for (const button of document.querySelectorAll("button.language")) {
    button.addEventListener("click", () => {
      history.replaceState(null, "", "#lang=" + button.lang);
      show(button.lang);
      document.querySelector(`.part[lang="${button.lang}"] button.language`).focus();
    });
  }
  window.addEventListener("hashchange", () => show(asked()));
  show(asked());
  document.documentElement.dataset.drawn = "yes";
})();
