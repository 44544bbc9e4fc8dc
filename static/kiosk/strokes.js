"use strict";
// From strokes in the order of writing to characters: 横 竖 撇 点 折, and * for one that is not known. Knows no page.

const Strokes = (text) => {
  const SIGNS = "一丨丿丶乛";
  // The dictionary's second part: a character, its strokes as figures 1 to 5; the most frequent characters first.
  const characters = (text.split("\n\n")[1] || "").split("\n").filter(Boolean).map(line => line.split("\t"));

  // The characters that begin so: [{text, used}], those of which it is all first.
  function candidates(typed, most = 200) {
    if (!typed) return [];
    const begins = new RegExp("^" + [...typed].map(sign => sign === "*" ? "." : SIGNS.indexOf(sign) + 1).join(""));
    const found = characters.filter(([, strokes]) => begins.test(strokes));
    const whole = found.filter(([, strokes]) => strokes.length === typed.length);
    return [...new Set([...whole, ...found])].slice(0, most).map(([text]) => ({text, used: typed.length}));
  }

  return {candidates};
};

if (typeof module !== "undefined") module.exports = {Strokes};
