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
  const AMONG = 3;
  // What was reckoned for earlier letters helps with the next one; of more than one visitor's writing nothing is kept.
  const MOST_SPANS = 5000;
  const better = (one, other) => other.score - one.score;

  const lines = new Map();
  for (const line of text.split("\n\n", 1)[0].split("\n")) {
    const tab = line.indexOf("\t");
    lines.set(line.slice(0, tab), line.slice(tab + 1));
  }
  const initials = [...lines.keys()];
  const syllables = new Set();
  for (const head of initials) {
    if (head.length === 1) for (const [, syllable] of lines.get(head).matchAll(/(?:^|\|)([a-z]+):/g)) syllables.add(syllable);
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
  // The words that exactly these letters spell, best first: [{text, score, cost}]. last: more letters may follow.
  function words(typed, last) {
    const key = typed + (last ? "…" : "");
    if (!spans.has(key)) {
      const best = new Map();
      ways(typed, last, "", 0, best);
      spans.set(key, [...best.values()].sort(better));
    }
    return spans.get(key);
  }

  const path = [];
  function ways(rest, last, head, cost, best) {
    if (!rest) return take(head, cost, best);
    for (let size = Math.min(6, rest.length); size; size--) {
      for (const way of readings(rest.slice(0, size), last && size === rest.length)) {
        const longer = head + way[0][0];
        if (!begins(longer)) continue;
        path.push(way);
        ways(rest.slice(size), last, longer, cost + way[2], best);
        path.pop();
      }
    }
  }

  // Reads the words of the path out of the line of its initials; it is quicker to look than to keep them taken apart.
  function take(head, cost, best) {
    const wanted = path.map(([want, open]) => open ? `${want}[a-z]*` : want).join(" ");
    for (const [, alike] of (lines.get(head) || "").matchAll(new RegExp(`(?:^|\\|)${wanted}:([^|]*)`, "g"))) {
      for (let from = 0, at = 0; at < alike.length; at++) {
        if (alike.charCodeAt(at) > 127) continue;
        const text = alike.slice(from, at), score = WEIGHTS.indexOf(alike[at]) / 2 - TOTAL - cost;
        if (!(best.get(text)?.score >= score)) best.set(text, {text, score, cost});
        from = at + 1;
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
    if (spans.size > MOST_SPANS) spans.clear();
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
    const found = new Map();
    const add = list => list.forEach(each => found.has(each.text) || found.set(each.text, each));
    whole.sort(better);
    // xian is 先 and 县, and xi an is 西安: what is spelt in full is among the first, however many characters sound so.
    const joined = whole.slice(AMONG).filter(each => each.text.length > 1 && each.cost === 0).slice(0, 2);
    add([...whole.slice(0, AMONG), ...joined, ...whole.slice(AMONG)]);
    add(likely.sort(better));
    add(single);
    add(unlikely.sort(better));
    return [...found.values()].slice(0, most).map(({text, used}) => ({text, used})).concat({text: letters, used: letters.length});
  }

  return {candidates};
};
