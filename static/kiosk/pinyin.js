"use strict";
// From letters to words: full pinyin (nanle), initials (nl) and both mixed (nanl), cut by the likeliest way through the
// dictionary. Knows no page; kiosk/dictionary.py says what the dictionary looks like.

const Pinyin = (text) => {
  const WEIGHTS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  // All costs are bits, of which a weight counts halves. TOTAL: those of all words' occurrences together.
  const TOTAL = 26;
  // A letter that stands for a syllable, and a syllable that is not typed to its end.
  const INITIAL = 10, BEGUN = 4;
  // A letter that is no pinyin: taken as it is, where nothing else helps.
  const LETTER = 60;
  // What begins the letters worse than this by comparison comes after the single characters.
  const UNLIKELY = 16;
  const LONGEST = 16;

  const lines = new Map();
  for (const line of text.split("\n\n", 1)[0].split("\n")) {
    const tab = line.indexOf("\t");
    lines.set(line.slice(0, tab), line.slice(tab + 1));
  }
  const initials = [...lines.keys()];
  const read = new Map();
  const syllables = new Set();
  for (const head of initials) {
    if (head.length === 1) for (const [, syllable] of lines.get(head).matchAll(/(?:^|\|)([a-z]+):/g)) syllables.add(syllable);
  }

  // The words of which the syllables begin with these letters: [{read: [syllable …], words: [[word, weight] …]} …].
  function group(head) {
    if (!read.has(head)) {
      read.set(head, (lines.get(head) || "").split("|").filter(Boolean).map(entry => {
        const [said, alike] = entry.split(":");
        return {
          read: said.split(" "),
          words: [...alike.matchAll(/([^0-9A-Za-z]+)(.)/g)].map(found => [found[1], WEIGHTS.indexOf(found[2])]),
        };
      }));
    }
    return read.get(head);
  }

  // Whether any word's initials begin so: the first that is not smaller tells.
  function begins(head) {
    let low = 0, high = initials.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (initials[middle] < head) low = middle + 1; else high = middle;
    }
    return low < initials.length && initials[low].startsWith(head);
  }

  // The letters of one syllable as the dictionary spells it: jv is ju, lue is lve.
  const spelt = typed => typed.replace(/^([jqxy])v/, "$1u").replace(/^([ln])ue$/, "$1ve");

  const starts = new Map();
  // What a run of letters can stand for within a word: [what a syllable must be, whether only its beginning, the cost].
  function readings(typed, last) {
    const key = typed + (last ? "…" : "");
    if (!starts.has(key)) {
      const whole = spelt(typed), found = [];
      if (syllables.has(whole)) found.push([whole, false, 0]);
      if (/^([a-hj-z]|[zcs]h)$/.test(typed) && typed !== "v") found.push([typed, true, INITIAL]);
      else if (last && !syllables.has(whole) && [...syllables].some(each => each.startsWith(whole))) found.push([whole, true, BEGUN]);
      starts.set(key, found);
    }
    return starts.get(key);
  }

  const spans = new Map();
  // The words that exactly these letters spell, best first: [{text, score}]. last: more letters may follow.
  function words(typed, last) {
    const key = typed + (last ? "…" : "");
    if (!spans.has(key)) {
      const best = new Map();
      ways(typed, last, [], 0, best);
      spans.set(key, [...best].map(([text, score]) => ({text, score})).sort((a, b) => b.score - a.score));
    }
    return spans.get(key);
  }

  function ways(rest, last, path, cost, best) {
    if (!rest) return take(path, cost, best);
    if (path.length === LONGEST) return;
    for (let size = Math.min(6, rest.length); size; size--) {
      for (const way of readings(rest.slice(0, size), last && size === rest.length)) {
        const longer = [...path, way];
        if (begins(longer.map(each => each[0][0]).join(""))) ways(rest.slice(size), last, longer, cost + way[2], best);
      }
    }
  }

  function take(path, cost, best) {
    for (const entry of group(path.map(each => each[0][0]).join(""))) {
      if (!path.every(([want, open], at) => open ? entry.read[at].startsWith(want) : entry.read[at] === want)) continue;
      for (const [text, weight] of entry.words) {
        const score = weight / 2 - TOTAL - cost;
        if (!(best.get(text) >= score)) best.set(text, score);
      }
    }
  }

  // For each place in the letters the best way from there to their end: {score, text}.
  function tails(letters) {
    const best = Array(letters.length + 1);
    best[letters.length] = {score: 0, text: ""};
    for (let from = letters.length - 1; from >= 0; from--) {
      best[from] = {score: best[from + 1].score - LETTER, text: letters[from] + best[from + 1].text};
      for (let to = from + 1; to <= letters.length; to++) {
        const [word] = words(letters.slice(from, to), to === letters.length);
        if (word && word.score + best[to].score > best[from].score) {
          best[from] = {score: word.score + best[to].score, text: word.text + best[to].text};
        }
      }
    }
    return best;
  }

  // What letters may mean: [{text, used}] with how many letters each uses up. First what uses all, then words that may
  // begin it, in the order of how likely they are with the best rest, then single characters, the longest reading first;
  // at the end the letters.
  function candidates(letters, most = 200) {
    if (!letters) return [];
    const rest = tails(letters);
    const whole = words(letters, true).map(each => ({...each, used: letters.length}));
    if (!/[a-z]/.test(rest[0].text)) whole.push({...rest[0], used: letters.length});
    const likely = [], unlikely = [], single = [];
    for (let used = letters.length - 1; used; used--) {
      const cut = words(letters.slice(0, used), false), several = cut.filter(each => each.text.length > 1).slice(0, 50);
      for (const {text, score} of several) {
        const all = score + rest[used].score;
        (all > rest[0].score - UNLIKELY ? likely : unlikely).push({text, score: all, used});
      }
      if (!syllables.has(spelt(letters.slice(0, used)))) continue;
      for (const {text} of cut) if (text.length === 1) single.push({text, used});
    }
    const found = new Map(), better = (one, other) => other.score - one.score;
    const add = list => list.forEach(each => found.has(each.text) || found.set(each.text, each));
    add(whole.sort(better));
    add(likely.sort(better));
    add(single);
    add(unlikely.sort(better));
    return [...found.values()].slice(0, most).map(({text, used}) => ({text, used})).concat({text: letters, used: letters.length});
  }

  return {candidates};
};

if (typeof module !== "undefined") module.exports = {Pinyin};
