/* Draws what the static page does not hold, from the embedded block. Text of stories only ever
 * becomes a text node: nothing here parses HTML. */
(async function () {
"use strict";

/* ---- small helpers ----------------------------------------------------------------------- */

const byId = id => document.getElementById(id);

/* element("a", {href: "#x"}, "text", child): attributes that are null or false stay away. */
function element(name, attributes, ...children) {
    const made = document.createElement(name);
    set(made, attributes);
    made.append(...children.filter(child => child !== null && child !== ""));
    return made;
}

function set(made, attributes) {
    for (const [key, value] of Object.entries(attributes || {})) {
        if (value === null || value === false) continue;
        if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
        else made.setAttribute(key, value === true ? "" : value);
    }
}

function shape(name, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    set(made, attributes);
    made.append(...children);
    return made;
}

const grouped = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const counted = (number, noun) =>
    grouped(number) + " " +
    (number === 1 ? noun : noun.endsWith("y") ? noun.slice(0, -1) + "ies" : noun + "s");

/* Half up; only all is 100 %, only none 0 %. */
function percent(part, whole) {
    let rounded = whole === 0 ? 0 : Math.floor((part * 200 + whole) / (2 * whole));
    if (rounded === 0 && part !== 0) rounded = 1;
    if (rounded === 100 && part !== whole) rounded = 99;
    return rounded + "\u00a0%";
}

const moment = seconds => new Date(seconds * 1000).toISOString();
const day = seconds => moment(seconds).slice(0, 10);

function time(seconds) {
    if (seconds === null) return document.createTextNode("undated");
    const text = moment(seconds);
    return element("time", {datetime: text.slice(0, 16) + "Z"},
        text.slice(0, 10) + " " + text.slice(11, 16));
}

/* ---- the block --------------------------------------------------------------------------- */

function bytesOf(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const text = atob(base64), bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
}

async function unpack(line) {
    const stream = new Blob([bytesOf(line)]).stream();
    return new Response(stream.pipeThrough(new DecompressionStream("deflate-raw"))).json();
}

if (typeof DecompressionStream === "undefined") {
    byId("found").textContent =
        "This browser cannot unpack the rest of the report (no DecompressionStream): what is " +
        "on this page is complete, search and comparison are not available.";
    return;
}

const lines = byId("block").textContent.trim().split("\n");
let data;
try {
    data = await unpack(lines[0]);
} catch (problem) {
    byId("found").textContent = "The block of this report is damaged; write the report again.";
    return;
}
const stories = data.stories, clusters = data.clusters;
const pieces = new Map();

/* The text of a story; null when the report does not keep it. */
async function textOf(story) {
    const piece = stories.piece[story];
    if (piece < 0) return null;
    if (!pieces.has(piece)) pieces.set(piece, unpack(lines[piece + 1]));
    return (await pieces.get(piece))[story];
}

/* ---- what is known of stories and clusters ----------------------------------------------- */

const CERTAINTIES = ["certain", "sure", "close call"];
const SAME_STORY = 4; /* the first relations: identical, copy, update, excerpt */

function certaintyOf(relation, shared, own, other) {
    if (relation === 0) return 0;
    if (shared * 100 >= (own + other - shared) * data.certain) return 0;
    return shared * 100 >= Math.min(own, other) * data.sure ? 1 : 2;
}

const urlOf = story => stories.url[story] === 0 ? stories.id[story] : stories.url[story];
const sourceOf = story => stories.source[story] < 0 ? null : data.sources[stories.source[story]];
const languageOf = story => /^[a-z0-9][a-z0-9-]{1,34}$/i.test(stories.lang[story])
    ? stories.lang[story] : "";
const directionOf = story => stories.flags[story] & 1 ? "rtl" : "ltr";

const facts = clusters.map(([begin, count]) => {
    const sources = new Set();
    let first = null, last = null, relations = 0, least = 0;
    for (let i = begin; i < begin + count; i++) {
        const when = stories.time[i];
        if (when !== null && (first === null || when < first)) first = when;
        if (when !== null && (last === null || when > last)) last = when;
        if (stories.source[i] >= 0) sources.add(stories.source[i]);
        if (i === begin) continue;
        relations |= 1 << stories.relation[i];
        least = Math.max(least, certaintyOf(stories.relation[i], stories.shared[i],
            stories.own[i], stories.other[i]));
    }
    return {sources, first, last, relations, least, words: null};
});

/* What counts as the same letters, near to what the engine compares: case, compatibility forms,
 * digits of other scripts, Arabic vowel signs and stretching, joiners. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xe50, 0xed0, 0xf20, 0x1040, 0x17e0];

function digit(character) {
    const code = character.codePointAt(0), zero = ZEROS.find(one => code >= one && code < one + 10);
    return zero === undefined ? character : String(code - zero);
}

const fold = text => text.normalize("NFKC").toLowerCase()
    .replace(/[\u00ad\u0640\u064b-\u065f\u0670\u200c\u200d]/g, "")
    .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627").replace(/\u0649/g, "\u064a")
    .replace(/(?![0-9])\p{Nd}/gu, digit);

/* What the search looks at; made when it is first needed. */
function wordsOf(cluster) {
    const known = facts[cluster];
    if (known.words === null) {
        const [begin, count] = clusters[cluster], parts = [idOfCluster(clusters[cluster])];
        for (let i = begin; i < begin + count; i++)
            parts.push(stories.title[i], stories.id[i], sourceOf(i) || "");
        known.words = fold(parts.join("\n"));
    }
    return known.words;
}

const clusterOfId = new Map(), storyOfId = new Map();
/* An archive's cluster has the id of the story that founded it. */
const idOfCluster = ([begin, , , , own]) => own ?? stories.id[begin];
clusters.forEach((cluster, i) => clusterOfId.set(idOfCluster(cluster), i));
stories.id.forEach((id, i) => storyOfId.set(id, i));

/* ---- pieces of the page ------------------------------------------------------------------ */

function title(story) {
    return stories.title[story] === ""
        ? element("cite", {class: "id", dir: "auto"}, stories.id[story])
        : element("cite", {lang: languageOf(story), dir: directionOf(story)},
            stories.title[story]);
}

function linkedTitle(story) {
    const url = urlOf(story);
    return /^https?:\/\//i.test(url)
        ? element("a", {href: url, rel: "noopener noreferrer"}, title(story)) : title(story);
}

function source(story) {
    const name = sourceOf(story);
    return name === null ? document.createTextNode("no source") : element("bdi", null, name);
}

const relationMark = relation => {
    const name = data.relations[relation];
    return element("span", {class: "rel " + name}, name);
};

const hashOfCluster = cluster =>
    "#cluster=" + encodeURIComponent(idOfCluster(clusters[cluster]));
const hashOfPair = (a, b) => "#pair=" + encodeURIComponent(stories.id[a]) + "&" +
    encodeURIComponent(stories.id[b]);

/* The words of clusters.c, write_choice. */
function choice([, , chosen, credits]) {
    if (chosen === 0 && credits === 0) return "a story like it names its source";
    if (chosen === 0)
        return counted(credits, "other member") + (credits > 1 ? " name" : " names") +
            " its source";
    return ["", "it contains the others", "it was published first",
        "it is the longest, and none was published before it",
        "date and length are the same, so the order of content and id decides"][chosen];
}

function metaOf(cluster) {
    const [begin, count] = clusters[cluster], known = facts[cluster], kinds = [];
    for (let relation = 0; relation < SAME_STORY; relation++) {
        let number = 0;
        for (let i = begin + 1; i < begin + count; i++)
            number += stories.relation[i] === relation ? 1 : 0;
        if (number > 0) kinds.push(number + "\u00a0" + data.relations[relation]);
    }
    let days = "undated";
    if (known.first !== null) {
        days = day(known.first);
        if (day(known.last) !== days) days += " to " + day(known.last);
    }
    return element("span", {class: "meta"}, counted(count, "story") + " · ", source(begin),
        " · " + days + " · " + kinds.join(", ") + " · " + CERTAINTIES[known.least]);
}

/* ---- the list of clusters ---------------------------------------------------------------- */

const STEP = 100;
const list = byId("list"), found = byId("found"), more = byId("more"), form = byId("filter");
let chosen = clusters.map((_, i) => i), shown = list.children.length;

function clusterItem(cluster) {
    const details = element("details", null,
        element("summary", null, title(clusters[cluster][0]), metaOf(cluster)));
    fillWhenOpened(details, cluster);
    return element("li", null, details);
}

/* Members are drawn when somebody looks; a static cluster gets the wider table then. */
function fillWhenOpened(details, cluster) {
    details.addEventListener("toggle", () => {
        details.querySelector("ul")?.remove();
        details.querySelector("p.quiet")?.remove();
        if (details.children.length === 1) details.append(whyParagraph(cluster, true));
        details.append(memberTable(cluster, 12, null));
    }, {once: true});
}

function whyParagraph(cluster, link) {
    const [begin, , , , own] = clusters[cluster];
    const marked = id => element("bdi", {class: "id"}, id);
    return element("p", null, ...(own === undefined ? [] : ["Cluster ", marked(own), ". "]),
        "Canonical: ", marked(stories.id[begin]), ", because " + choice(clusters[cluster]) + ". ",
        link ? element("a", {href: hashOfCluster(cluster)}, "Open this cluster") : "");
}

function showMore() {
    const end = Math.min(shown + STEP, chosen.length), first = shown;
    for (; shown < end; shown++) list.append(clusterItem(chosen[shown]));
    tellFound();
    return list.children[first];
}

function tellFound() {
    found.textContent = chosen.length === clusters.length
        ? counted(clusters.length, "cluster")
        : counted(chosen.length, "cluster") + " of " + grouped(clusters.length);
    more.hidden = shown >= chosen.length;
    more.textContent = "Show " + Math.min(STEP, chosen.length - shown) + " more";
}

function readFilter() {
    const dateOf = (id, end) => {
        const when = Date.parse(byId(id).value + (end ? "T23:59:59Z" : "T00:00:00Z"));
        return Number.isNaN(when) ? null : when / 1000;
    };
    const number = id => byId(id).value === "" ? null : Number(byId(id).value);
    return {words: fold(byId("search").value).split(/\s+/).filter(word => word !== ""),
        size: number("size") || 2, source: number("source"), from: dateOf("from", false),
        until: dateOf("until", true), relation: number("relation"),
        certainty: number("certainty"), sort: byId("sort").value};
}

function passes(cluster, filter) {
    const known = facts[cluster];
    if (clusters[cluster][1] < filter.size) return false;
    if (filter.source !== null && !known.sources.has(filter.source)) return false;
    if (filter.from !== null && (known.last === null || known.last < filter.from)) return false;
    if (filter.until !== null && (known.first === null || known.first > filter.until))
        return false;
    if (filter.relation !== null && (known.relations >> filter.relation & 1) === 0) return false;
    if (filter.certainty !== null && known.least !== filter.certainty) return false;
    return filter.words.every(word => wordsOf(cluster).includes(word));
}

const ORDERS = {
    size: () => 0,
    newest: (a, b) => (facts[b].last ?? -Infinity) - (facts[a].last ?? -Infinity),
    oldest: (a, b) => (facts[a].first ?? Infinity) - (facts[b].first ?? Infinity),
    sources: (a, b) => facts[b].sources.size - facts[a].sources.size,
    doubt: (a, b) => facts[b].least - facts[a].least,
};

function applyFilter() {
    const filter = readFilter();
    chosen = [];
    for (let i = 0; i < clusters.length; i++) if (passes(i, filter)) chosen.push(i);
    chosen.sort((a, b) => ORDERS[filter.sort](a, b) || a - b);
    list.replaceChildren();
    shown = 0;
    showMore();
}

function startList() {
    const used = new Map();
    facts.forEach(known => known.sources.forEach(
        number => used.set(number, (used.get(number) || 0) + 1)));
    const select = byId("source");
    [...used.keys()].sort((a, b) => a - b).forEach(number => select.append(
        element("option", {value: number}, data.sources[number] + " (" + used.get(number) + ")")));
    for (let i = 0; i < SAME_STORY; i++)
        byId("relation").append(element("option", {value: i}, data.relations[i]));
    let waiting = 0;
    const later = () => {
        clearTimeout(waiting);
        waiting = setTimeout(applyFilter, 150);
    };
    form.addEventListener("input", later);
    form.addEventListener("reset", () => setTimeout(applyFilter));
    form.addEventListener("submit", event => event.preventDefault());
    more.addEventListener("click", () => {
        const first = showMore();
        if (first) first.querySelector("summary").focus();
    });
    byId("static-note")?.remove();
    [...list.children].forEach((item, i) => fillWhenOpened(item.firstElementChild, i));
    form.hidden = false;
    tellFound();
}

/* ---- members ----------------------------------------------------------------------------- */

/* The canonical story, then by time; undated ones last. */
function timeline(story, first, last) {
    const when = stories.time[story];
    if (when === null || first === null) return element("td", {class: "line"});
    const place = last === first ? 50 : 3 + 94 * (when - first) / (last - first);
    const drawn = shape("svg", {"aria-hidden": "true"},
        shape("line", {x1: "0%", x2: "100%", y1: 8, y2: 8}),
        shape("circle", {cx: place.toFixed(1) + "%", cy: 8, r: 4.5,
            class: when === first ? "first" : "later"}));
    return element("td", {class: "line"}, drawn);
}

function memberRow(story, canonical, known, pick) {
    const same = story === canonical;
    const row = element("tr", null);
    if (pick !== null) row.append(element("td", {class: "pick"},
        pickButton("left", story, pick), " ", pickButton("right", story, pick)));
    row.append(element("td", null, time(stories.time[story])));
    if (pick !== null) row.append(timeline(story, known.first, known.last));
    row.append(element("td", {class: "src"}, source(story)),
        element("td", {class: "title"}, linkedTitle(story)),
        element("td", null, same ? element("span", {class: "rel"}, "canonical")
            : relationMark(stories.relation[story])),
        element("td", {class: "n"}, same ? "" : percent(stories.shared[story], stories.own[story])),
        element("td", {class: "say"}, same ? "" : data.rules[stories.rule[story]],
            same || stories.to[story] === canonical ? null
                : element("span", {class: "meta"}, "against ", title(stories.to[story]))));
    return row;
}

function pickButton(side, story, pick) {
    const button = element("input", {type: "radio", name: side, value: story,
        "aria-label": "on the " + side + ": " + (stories.title[story] || stories.id[story])});
    button.checked = pick[side] === story;
    button.addEventListener("change", () => {
        pick[side] = story;
        pick.changed();
    });
    return button;
}

function memberTable(cluster, limit, pick) {
    const [begin, count] = clusters[cluster], known = facts[cluster];
    const heads = pick === null
        ? ["Published", "Source", "Title", "Relation", "Contained", "Because"]
        : ["Left, right", "Published", "Timeline", "Source", "Title", "Relation", "Contained",
            "Because"];
    const body = element("tbody");
    const table = element("table", {class: "members"}, element("thead", null,
        element("tr", null, ...heads.map(head => element("th", {scope: "col",
            class: {"Contained": "n", "Left, right": "pick"}[head] || null}, head)))), body);
    let next = begin;
    const grow = step => {
        for (const end = Math.min(next + step, begin + count); next < end; next++)
            body.append(memberRow(next, begin, known, pick));
    };
    grow(limit);
    if (next === begin + count) return table;
    const rest = () => "Show " + Math.min(STEP, begin + count - next) + " of " +
        grouped(begin + count - next) + " more members";
    const button = element("button", {type: "button"}, rest());
    button.addEventListener("click", () => {
        grow(STEP);
        button.textContent = rest();
        button.hidden = next === begin + count;
    });
    return element("div", null, table, button);
}

/* ---- comparing two texts ----------------------------------------------------------------- */

/* Words with what follows them up to the next word; Intl.Segmenter never cuts a character. */
function wordsIn(text, lang) {
    const words = [];
    const add = (part, isWord) => {
        if (isWord || words.length === 0) words.push({text: part, key: isWord ? fold(part) : ""});
        else words[words.length - 1].text += part;
    };
    if (typeof Intl !== "undefined" && Intl.Segmenter) {
        let segmenter;
        try {
            segmenter = new Intl.Segmenter(lang || "und", {granularity: "word"});
        } catch (unknown) {
            segmenter = new Intl.Segmenter("und", {granularity: "word"});
        }
        for (const part of segmenter.segment(text)) add(part.segment, part.isWordLike);
    } else {
        for (const part of text.match(/[\p{L}\p{M}\p{N}\u200c\u200d]+|[^\p{L}\p{M}\p{N}]+/gu) || [])
            add(part, /[\p{L}\p{N}]/u.test(part));
    }
    return words;
}

const TABLE_CELLS = 1 << 20;

/* Longest common subsequence of a[a0, a1) and b[b0, b1) for small ranges. */
function matchTable(a, b, a0, a1, b0, b1, matches) {
    const n = a1 - a0, m = b1 - b0, width = m + 1, table = new Uint16Array((n + 1) * width);
    for (let i = n - 1; i >= 0; i--)
        for (let j = m - 1; j >= 0; j--)
            table[i * width + j] = a[a0 + i].key === b[b0 + j].key
                ? table[(i + 1) * width + j + 1] + 1
                : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    for (let i = 0, j = 0; i < n && j < m;) {
        if (a[a0 + i].key === b[b0 + j].key) matches.push([a0 + i++, b0 + j++]);
        else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i++;
        else j++;
    }
}

/* Runs of three words that stand once on each side, in the longest order that both share
 * (patience sorting): where large texts are cut in parts. */
function anchors(a, b, a0, a1, b0, b1) {
    const places = new Map();
    const runAt = (words, i) => words[i].key + " " + words[i + 1].key + " " + words[i + 2].key;
    for (let i = a0; i + 2 < a1; i++) {
        const run = runAt(a, i);
        places.set(run, places.has(run) ? null : {a: i, b: -1});
    }
    for (let j = b0; j + 2 < b1; j++) {
        const place = places.get(runAt(b, j));
        if (place) place.b = place.b === -1 ? j : -2;
    }
    const points = [...places.values()].filter(place => place && place.b >= 0);
    const tails = [];
    for (const point of points) {
        let low = 0, high = tails.length;
        while (low < high) {
            const middle = low + high >> 1;
            if (tails[middle].b < point.b) low = middle + 1;
            else high = middle;
        }
        point.before = low > 0 ? tails[low - 1] : null;
        tails[low] = point;
    }
    const chain = [];
    for (let point = tails[tails.length - 1]; point; point = point.before) chain.push(point);
    return chain.reverse();
}

function matchWords(a, b, a0, a1, b0, b1, matches) {
    while (a0 < a1 && b0 < b1 && a[a0].key === b[b0].key) matches.push([a0++, b0++]);
    const tail = [];
    while (a0 < a1 && b0 < b1 && a[a1 - 1].key === b[b1 - 1].key) tail.push([--a1, --b1]);
    if (a0 < a1 && b0 < b1) {
        const chain = (a1 - a0) * (b1 - b0) <= TABLE_CELLS ? null : anchors(a, b, a0, a1, b0, b1);
        if (chain === null) {
            matchTable(a, b, a0, a1, b0, b1, matches);
        } else {
            for (const point of chain) {
                if (point.a < a0 || point.b < b0) continue;
                if ((point.a - a0) * (point.b - b0) <= TABLE_CELLS && point.a > a0 && point.b > b0)
                    matchTable(a, b, a0, point.a, b0, point.b, matches);
                matches.push([point.a, point.b]);
                a0 = point.a + 1;
                b0 = point.b + 1;
            }
            if ((a1 - a0) * (b1 - b0) <= TABLE_CELLS)
                matchTable(a, b, a0, a1, b0, b1, matches);
        }
    }
    matches.push(...tail.reverse());
}

/* A single shared word between longer differences is chance, and hard to read. */
function withoutCrumbs(matches, aCount, bCount) {
    const kept = [];
    for (let i = 0, end; i < matches.length; i = end) {
        for (end = i + 1; end < matches.length && matches[end][0] === matches[end - 1][0] + 1 &&
            matches[end][1] === matches[end - 1][1] + 1;) end++;
        const previous = i > 0 ? matches[i - 1] : [-1, -1];
        const next = end < matches.length ? matches[end] : [aCount, bCount];
        const before = Math.min(matches[i][0] - previous[0], matches[i][1] - previous[1]) - 1;
        const after = Math.min(next[0] - matches[end - 1][0], next[1] - matches[end - 1][1]) - 1;
        if (end - i > 2 || before + after < 2 * (end - i) + 2) kept.push(...matches.slice(i, end));
    }
    return kept;
}

/* [{kind, a: [begin, end], b: [begin, end]}] in reading order. */
function passages(a, b) {
    const matches = [], made = [];
    matchWords(a, b, 0, a.length, 0, b.length, matches);
    let i = 0, j = 0;
    const gap = (aEnd, bEnd) => {
        if (i < aEnd || j < bEnd) made.push({a: [i, aEnd], b: [j, bEnd],
            kind: i === aEnd ? "right" : j === bEnd ? "left" : "changed"});
    };
    for (const [x, y] of withoutCrumbs(matches, a.length, b.length)) {
        gap(x, y);
        const open = made[made.length - 1];
        if (open && open.kind === "shared" && open.a[1] === x && open.b[1] === y) {
            open.a[1]++;
            open.b[1]++;
        } else {
            made.push({kind: "shared", a: [x, x + 1], b: [y, y + 1]});
        }
        i = x + 1;
        j = y + 1;
    }
    gap(a.length, b.length);
    return made;
}

const MARKS = {changed: "mark", left: "del", right: "ins"};

/* Both texts as rows of two cells: a new row where both begin a paragraph. */
function diffRows(a, b, found, left, right) {
    const rows = [];
    let cells;
    const open = () => {
        cells = [element("div", {class: "text", lang: languageOf(left), dir: directionOf(left)}),
            element("div", {class: "text right", lang: languageOf(right),
                dir: directionOf(right)})];
        rows.push(...cells);
    };
    const put = (cell, words, begin, end, kind) => {
        if (begin === end) return;
        const text = words.slice(begin, end).map(word => word.text).join("");
        const edge = text.match(/\s*$/)[0];
        const inner = text.slice(0, text.length - edge.length);
        if (kind === "shared") cell.append(text);
        else cell.append(...inner === "" ? [] : [element(MARKS[kind], null, inner)], edge);
    };
    open();
    for (const passage of found) {
        let [i, aEnd] = passage.a, [j, bEnd] = passage.b;
        if (passage.kind === "shared")
            for (let k = 0; k < aEnd - i; k++)
                if (a[i + k].text.includes("\n") && b[j + k].text.includes("\n")) {
                    put(cells[0], a, i, i + k + 1, "shared");
                    put(cells[1], b, j, j + k + 1, "shared");
                    i += k + 1;
                    j += k + 1;
                    k = -1;
                    open();
                }
        put(cells[0], a, i, aEnd, passage.kind);
        put(cells[1], b, j, bEnd, passage.kind);
        const lastA = aEnd > 0 && a[aEnd - 1].text.includes("\n");
        const lastB = bEnd > 0 && b[bEnd - 1].text.includes("\n");
        if (passage.kind !== "shared" && lastA && lastB) open();
    }
    for (const cell of rows) {
        cell.normalize();
        const last = cell.lastChild;
        if (last && last.nodeType === Node.TEXT_NODE) last.data = last.data.replace(/\s+$/, "");
    }
    return rows.filter((cell, i) => cell.textContent !== "" || rows[i ^ 1].textContent !== "");
}

function storyHead(story, side, words) {
    return element("div", {class: "head " + side}, linkedTitle(story),
        element("span", {class: "meta"}, source(story), " · ", time(stories.time[story]),
            words === null ? "" : " · " + counted(words.length, "word")),
        element("span", {class: "meta"}, element("bdi", {class: "id"}, stories.id[story])));
}

/* Numbers of two stories when the report has them. */
function relationBetween(left, right) {
    const of = (story, to) => ({relation: stories.relation[story], rule: stories.rule[story],
        shared: stories.shared[story], own: stories.own[story], other: stories.other[story],
        story, to});
    if (left === right) return null;
    if (stories.to[left] === right) return of(left, right);
    if (stories.to[right] === left) return of(right, left);
    for (const pair of [...data.review, ...data.cut]) {
        const [a, b, relation, rule, shared, own, other] = pair;
        if ((a === left && b === right) || (a === right && b === left))
            return {relation, rule, shared, own, other, story: a, to: b};
    }
    return null;
}

function relationLine(left, right) {
    const known = relationBetween(left, right);
    if (known === null)
        return element("p", {class: "quiet"},
            "These two are not a pair that decided anything; see samestory compare for numbers.");
    const {relation, rule, shared, own, other} = known;
    return element("p", null, relationMark(relation), " " + percent(shared, own + other - shared) +
        " of all three-word runs are in both, " + percent(shared, Math.min(own, other)) +
        " of the shorter story's; " + data.rules[rule] + ". ",
        relation < SAME_STORY
            ? "How sure: " + CERTAINTIES[certaintyOf(relation, shared, own, other)] + "." : "");
}

async function comparison(left, right) {
    const [a, b] = await Promise.all([textOf(left), textOf(right)]);
    const box = element("div", null, relationLine(left, right));
    const missing = [left, right].filter((story, i) => [a, b][i] === null);
    if (missing.length > 0) {
        box.append(element("div", {class: "texts"}, storyHead(left, "left", null),
            storyHead(right, "right", null)),
        element("p", null, missing.length === 2 ? "Neither text is kept in this report."
            : "One of the two texts is not kept in this report.",
        " It holds texts up to a limit, the newest and largest clusters first; write it with a " +
            "larger --report-text, or open the stories at their source."));
        return box;
    }
    const wordsA = wordsIn(a, languageOf(left)), wordsB = wordsIn(b, languageOf(right));
    const found = passages(wordsA, wordsB);
    const words = kind => found.filter(passage => passage.kind === kind).reduce(
        (sum, {a: [i, j], b: [k, l]}) => sum + (kind === "right" ? l - k : j - i), 0);
    const texts = element("div", {class: "texts"}, storyHead(left, "left", wordsA),
        storyHead(right, "right", wordsB), ...diffRows(wordsA, wordsB, found, left, right));
    const fade = element("input", {type: "checkbox", id: "fade"});
    fade.addEventListener("change", () => texts.classList.toggle("fade", fade.checked));
    box.append(element("p", {class: "key quiet"}, "Shared: " + counted(words("shared"), "word") +
        ". ", element("mark", null, "changed"), " " + words("changed") + ", ",
    element("del", null, "only left"), " " + words("left") + ", ",
    element("ins", null, "only right"), " " + words("right") +
        ". Texts stand as they came; datelines, credit lines and page furniture do not count " +
        "in the numbers above."),
    element("label", {class: "check screen", for: "fade"}, fade, "Grey what is shared"), texts);
    return box;
}

/* ---- marks of the review ----------------------------------------------------------------- */

const LABELS = ["copy", "excerpt", "update", "partial", "template", "furniture", "event",
    "different"];
const markKey = ([a, b]) => stories.id[a] + "\t" + stories.id[b];
const storeName = "samestory-marks";
let marks = {};
try {
    marks = JSON.parse(localStorage.getItem(storeName)) || {};
} catch (blocked) {
    marks = {}; /* marks then live as long as the page */
}

function setMark(pair, mark) {
    if (mark === null) delete marks[markKey(pair)];
    else marks[markKey(pair)] = mark;
    try {
        localStorage.setItem(storeName, JSON.stringify(marks));
    } catch (blocked) { /* see above */ }
    tellMarks();
}

const markedPairs = () => data.review.filter(pair => marks[markKey(pair)]);

function tellMarks() {
    const count = markedPairs().length;
    byId("marks").textContent = grouped(count) + " of " + counted(data.review.length, "pair") +
        " marked.";
    byId("save").disabled = count === 0;
}

/* set TAB id_a TAB id_b TAB label TAB conf TAB why. Ids of two files are looked up in one file
 * only, so such a pair goes to the set "all": join the files under that name. */
function goldFile() {
    const rows = markedPairs().map(pair => {
        const [a, b, relation] = pair, {label, sure} = marks[markKey(pair)];
        const name = stories.set[a] === stories.set[b] ? data.sets[stories.set[a]] : "all";
        return [name, stories.id[a], stories.id[b], label, sure ? 1 : 0,
            "marked in the report; the engine said " + data.relations[relation]].join("\t");
    });
    return ["set\tid_a\tid_b\tlabel\tconf\twhy", ...rows].join("\n") + "\n";
}

function saveMarks() {
    const address = URL.createObjectURL(
        new Blob([goldFile()], {type: "text/tab-separated-values"}));
    const link = element("a", {href: address, download: "gold.tsv"});
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
}

let controls = 0;

function judgement(pair) {
    const number = ++controls, mark = marks[markKey(pair)];
    const select = element("select", {id: "label-" + number},
        element("option", {value: ""}, "not marked"),
        ...LABELS.map(label => element("option", {value: label}, label)));
    const sure = element("input", {type: "checkbox", id: "sure-" + number});
    select.value = mark ? mark.label : "";
    sure.checked = mark ? mark.sure : true;
    const keep = () => setMark(pair, select.value === "" ? null
        : {label: select.value, sure: sure.checked});
    select.addEventListener("change", keep);
    sure.addEventListener("change", keep);
    return element("div", {class: "judge"},
        element("div", null, element("label", {for: "label-" + number}, "Your judgement"), select),
        element("label", {class: "check", for: "sure-" + number}, sure, "I am sure"));
}

function storyLine(story) {
    return element("div", null, linkedTitle(story), element("span", {class: "meta"},
        source(story), " · ", time(stories.time[story])));
}

function pairItem(pair, marked) {
    const [a, b, relation, rule, shared, own, other] = pair;
    return element("li", null,
        element("div", {class: "two"}, storyLine(a), storyLine(b)),
        element("p", null, relationMark(relation), " " + percent(shared, Math.min(own, other)) +
            " of the shorter one is shared; " + data.rules[rule] + ". ",
        element("a", {href: hashOfPair(a, b)}, "Compare")),
        marked ? judgement(pair) : null);
}

/* Takes a list of pairs over from the static page and goes on where that ends. */
function startPairs(name, pairs, all, marked) {
    const queue = byId(name + "-list"), note = byId(name + "-note");
    if (queue === null) return;
    const step = 50, button = element("button", {type: "button"});
    let next = 0;
    const grow = () => {
        const first = next;
        for (const end = Math.min(next + step, pairs.length); next < end; next++)
            queue.append(pairItem(pairs[next], marked));
        button.hidden = next === pairs.length;
        button.textContent = "Show " + Math.min(step, pairs.length - next) + " more pairs";
        return queue.children[first];
    };
    button.addEventListener("click", () => grow().querySelector("a").focus());
    if (note !== null) note.hidden = pairs.length === all;
    if (note !== null) note.textContent = grouped(pairs.length) + " of " + grouped(all) +
        " are listed" + (marked ? ", a few of each story." : ".");
    queue.replaceChildren();
    queue.after(element("p", null, button));
    grow();
}

function startReview() {
    startPairs("cut", data.cut, data.cutAll, false);
    startPairs("review", data.review, data.reviewAll, true);
    if (data.review.length === 0) return;
    byId("review-tools").append(element("div", {class: "tools"},
        element("button", {type: "button", id: "save", onclick: saveMarks},
            "Save the marks as gold.tsv"),
        element("span", {id: "marks", class: "quiet", role: "status"})));
    tellMarks();
}

/* ---- views: one cluster, one pair -------------------------------------------------------- */

const report = byId("report"), view = byId("view"), heading = document.title;
let came = null; /* where the list stood: {top, focus} */
let drawing = 0; /* the latest view; earlier ones that are still unpacking give up */

function backLink(to) {
    return element("p", {class: "screen"}, element("a", {href: to}, "← Back to the report"));
}

function showView(parts, name) {
    if (view.hidden) came = {top: scrollY, focus: document.activeElement};
    report.hidden = true;
    view.hidden = false;
    view.replaceChildren(...parts);
    document.title = name + " – " + heading;
    scrollTo(0, 0);
    const head = view.querySelector("h2");
    head.tabIndex = -1;
    head.focus({preventScroll: true});
}

function showReport(anchor) {
    const was = came;
    view.hidden = true;
    view.replaceChildren();
    report.hidden = false;
    document.title = heading;
    came = null;
    if (was !== null) {
        scrollTo(0, was.top);
        if (was.focus && was.focus.isConnected) was.focus.focus({preventScroll: true});
        return;
    }
    if (anchor) anchor.scrollIntoView();
}

function showCluster(cluster) {
    const [begin, count] = clusters[cluster];
    const box = element("div", null);
    const pick = {left: begin, right: begin + 1, changed: async () => {
        const mine = ++drawing;
        const drawn = await comparison(pick.left, pick.right);
        if (mine === drawing) box.replaceChildren(drawn);
    }};
    showView([backLink("#clusters"), element("h2", null, title(begin)),
        element("p", null, metaOf(cluster)), whyParagraph(cluster, false),
        element("h3", null, "Members"), memberTable(cluster, STEP, pick),
        element("h3", null, "Side by side"),
        element("p", {class: "quiet screen"}, "Choose the left and the right story in the table above."),
        box], stories.title[begin] || stories.id[begin]);
    pick.changed();
}

async function showPair(a, b) {
    const place = data.review.findIndex(pair => pair[0] === a && pair[1] === b);
    const box = element("div", null), mine = ++drawing;
    const step = (to, name) => to < 0 || to >= data.review.length ? ""
        : element("a", {href: hashOfPair(data.review[to][0], data.review[to][1])}, name);
    const queue = place < 0 ? [] : [element("div", {class: "tools"},
        element("span", {class: "quiet"}, "Pair " + grouped(place + 1) + " of " +
            grouped(data.review.length) + " to review"), step(place - 1, "Previous"),
        step(place + 1, "Next")), judgement(data.review[place])];
    showView([backLink(place < 0 ? "#apart" : "#review"), element("h2", null, "Two stories"),
        ...queue, box], "Two stories");
    const drawn = await comparison(a, b);
    if (mine === drawing) box.replaceChildren(drawn);
}

function decoded(part) {
    try {
        return decodeURIComponent(part);
    } catch (malformed) {
        return part;
    }
}

function route() {
    const hash = location.hash.slice(1);
    if (hash.startsWith("cluster=")) {
        const cluster = clusterOfId.get(decoded(hash.slice(8)));
        if (cluster !== undefined) return showCluster(cluster);
    } else if (hash.startsWith("pair=")) {
        const [a, b] = hash.slice(5).split("&").map(part => storyOfId.get(decoded(part)));
        if (a !== undefined && b !== undefined) return showPair(a, b);
    }
    if (!view.hidden) showReport(hash === "" ? null : byId(decoded(hash)));
    return undefined;
}

/* ---- paper ------------------------------------------------------------------------------- */

let opened = [];
addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach(details => { details.open = true; });
});
addEventListener("afterprint", () => opened.forEach(details => { details.open = false; }));

document.documentElement.classList.add("on");
startList();
startReview();
addEventListener("hashchange", route);
route();
document.documentElement.dataset.ready = "yes";
})();
