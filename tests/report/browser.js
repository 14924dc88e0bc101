/* node browser.js PROGRAM FOLDER [SHOTS]
 *
 * The report in Chromium: nothing leaves the page, no console error, hostile strings stay text,
 * every control works from the keyboard, an accessibility checker has no complaint; with SHOTS,
 * screenshots go there. Wants node with playwright-core (and axe-core) in NODE_PATH and a
 * chromium; without them it says "skipped" and ends with 77. */
"use strict";
const fs = require("fs"), os = require("os"), path = require("path");
const {execFileSync} = require("child_process");

function skip(why) {
    console.log("skipped: " + why);
    process.exit(77);
}

function optional(name) {
    try {
        return require(name);
    } catch (missing) {
        return null;
    }
}

const playwright = optional("playwright-core") || optional("playwright");
const axe = optional("axe-core");
const chromium = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"]
    .find(name => name && fs.existsSync(name));
if (!playwright) skip("no playwright-core in NODE_PATH");
if (!chromium) skip("no chromium");

const [program, samples, shots] = process.argv.slice(2);
const work = fs.mkdtempSync(path.join(os.tmpdir(), "samestory-browser-"));
let failures = 0;

function check(holds, what) {
    if (holds) return;
    failures++;
    console.log("FAILED: " + what);
}

function makeReport(name, input) {
    const html = path.join(work, name + ".html");
    try {
        execFileSync(program, ["report", "-q", "--now", "2026-08-01", "-o", html, input],
            {stdio: "ignore"});
    } catch (ended) {
        if (ended.status !== 3) throw ended; /* 3: done, bad records were skipped */
    }
    return html;
}

/* Hostile strings in every field, in stories that stand in clusters, pairs and the graph. */
function hostileInput() {
    const nasty = ["<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>",
        "\"><svg onload=window.hit=1>", "'-window.hit=1-'", "</script><script>window.hit=1//",
        "<!--<script>", "]]>&lt;b&gt;", "\u202egnp.exe\u2028\u2029", "javascript:window.hit=1"];
    const words = ("the harbour of the old town was closed on monday after a ship ran aground " +
        "near the lighthouse and the crew of eleven was brought ashore by two boats of the coast " +
        "guard while engineers looked for a leak in the hull and found none").split(" ");
    const lines = [];
    nasty.forEach((bad, i) => [0, 1, 2].forEach(copy => {
        const own = words.map(word => word + i).join(" ");
        lines.push(JSON.stringify({
            id: bad.replace(/[\u0000-\u001f]/g, "") + "-" + copy, title: bad + " title " + i,
            source: bad + (copy === 0 ? "" : copy), lang: copy === 1 ? bad : "en",
            url: ["javascript:window.hit=1", "data:text/html," + bad,
                "https://x.example/" + bad][copy],
            text: bad + " " + own + (copy === 2 ? " " + bad + " and more was told at night" : ""),
            published: "2026-07-1" + copy}));
    }));
    const input = path.join(work, "hostile.jsonl");
    fs.writeFileSync(input, lines.join("\n") + "\n");
    return input;
}

async function open(browser, html, options) {
    const context = await browser.newContext({offline: true, ...options});
    const page = await context.newPage();
    page.asked = [];
    page.problems = [];
    page.on("request", request => {
        if (!request.url().startsWith("file:") && !request.url().startsWith("data:") &&
            !request.url().startsWith("blob:")) page.asked.push(request.url());
    });
    page.on("console", message => {
        if (["error", "warning"].includes(message.type())) page.problems.push(message.text());
    });
    page.on("pageerror", error => page.problems.push(String(error)));
    await page.goto("file://" + html);
    if (options.javaScriptEnabled !== false)
        await page.waitForSelector("html[data-ready]", {timeout: 20000});
    return page;
}

async function close(page, where) {
    check(page.asked.length === 0, where + ": requests left the page: " + page.asked.join(" "));
    check(page.problems.length === 0, where + ": console: " + page.problems.join(" | "));
    await page.context().close();
}

async function accessible(page, where) {
    if (!axe) return;
    await page.evaluate(axe.source);
    const found = await page.evaluate(
        () => window.axe.run(document, {resultTypes: ["violations"]}));
    for (const violation of found.violations)
        check(false, where + ": " + violation.id + ": " + violation.nodes.length + " × " +
            violation.nodes[0].html.slice(0, 160) + " " +
            violation.nodes[0].failureSummary.replace(/\s+/g, " ").slice(0, 200));
}

async function shoot(page, name) {
    if (shots) await page.screenshot({path: path.join(shots, name + ".png"), fullPage: false});
}

const hashOf = (kind, ...ids) => "#" + kind + "=" + ids.map(encodeURIComponent).join("&");

async function showHash(page, hash) {
    await page.evaluate(hash => { location.hash = hash; }, hash);
    await page.waitForSelector("#view:not([hidden]) .texts");
}

async function testLooks(browser, html) {
    const looks = [["light", {colorScheme: "light", viewport: {width: 1200, height: 1000}}],
        ["dark", {colorScheme: "dark", viewport: {width: 1200, height: 1000}}],
        ["phone", {colorScheme: "light", viewport: {width: 360, height: 800}}]];
    for (const [name, options] of looks) {
        const page = await open(browser, html, options);
        await shoot(page, name + "-overview");
        for (const part of ["clusters", "flows", "apart", "cut", "review"]) {
            await page.evaluate(id => document.getElementById(id).scrollIntoView(), part);
            await shoot(page, name + "-" + part);
        }
        await page.evaluate(() => document.querySelectorAll("details").forEach((d, i) => {
            d.open = i < 3;
        }));
        await page.evaluate(() => document.getElementById("clusters").scrollIntoView());
        await shoot(page, name + "-open");
        await accessible(page, name + " overview");
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(wide <= 0, name + " overview is " + wide + " px too wide");
        const ids = await page.evaluate(() => [...document.querySelectorAll("#list .id")]
            .map(id => id.textContent));
        for (const language of ["bn", "ar", "th", "zh", "hi", "en"]) {
            const id = ids.find(one => one.startsWith(language + "-"));
            if (!id) continue;
            await showHash(page, hashOf("cluster", id));
            await shoot(page, name + "-cluster-" + language);
            await page.evaluate(() => document.querySelector(".texts").scrollIntoView());
            await shoot(page, name + "-diff-" + language);
            const over = await page.evaluate(
                () => document.documentElement.scrollWidth - innerWidth);
            check(over <= 0, name + " " + id + " is " + over + " px too wide");
        }
        await accessible(page, name + " cluster");
        await close(page, name);
    }
}

async function testKeyboard(browser, html) {
    const page = await open(browser, html, {viewport: {width: 1200, height: 900}});
    const all = await page.locator("#list > li").count();
    await page.keyboard.press("Tab");
    check(await page.evaluate(() => document.activeElement.className) === "skip",
        "the first Tab stop skips to the content");
    await page.focus("#search");
    await page.keyboard.type("সেতু");
    await page.waitForFunction(all => document.querySelectorAll("#list > li").length < all, all);
    check(await page.locator("#list > li").count() > 0, "the search finds Bengali words");
    await page.fill("#search", "");
    await page.waitForFunction(all => document.querySelectorAll("#list > li").length === all, all);
    await page.focus("#size");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.waitForFunction(all => document.querySelectorAll("#list > li").length < all, all);
    await page.focus("form button[type=reset]");
    await page.keyboard.press("Enter");
    await page.waitForFunction(all => document.querySelectorAll("#list > li").length === all, all);
    await page.focus("#list summary");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#list details[open] table");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#view:not([hidden]) .texts");
    check(await page.evaluate(() => document.activeElement.tagName) === "H2",
        "a view takes the focus to its heading");
    const before = await page.locator(".texts .right.head").textContent();
    await page.focus("input[name=right]:checked");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(
        text => document.querySelector(".texts .right.head")?.textContent !== text, before);
    await page.focus("#fade");
    await page.keyboard.press("Space");
    check(await page.locator(".texts.fade").count() === 1, "Space greys what is shared");
    await page.goBack();
    await page.waitForSelector("#view", {state: "hidden"});
    check(await page.evaluate(() => document.activeElement.textContent) === "Open this cluster",
        "going back returns the focus");
    await close(page, "keyboard");
}

/* Tab reaches every control that can be seen, in the order of the page, and shows where it is. */
async function walk(page, where) {
    await page.evaluate(() => { document.activeElement.blur(); window.scrollTo(0, 0); });
    const wanted = await page.evaluate(() => {
        const seen = new Set();
        return [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
            .filter(one => !one.disabled && one.checkVisibility() &&
                (one.type !== "radio" || (one.checked && !seen.has(one.name) && seen.add(one.name))))
            .map((one, i) => { one.dataset.stop = i; return i; }).length;
    });
    const reached = new Set();
    let blind = 0, last = -1, back = 0;
    for (let i = 0; i < 12 * wanted + 20; i++) { /* a date has several stops of its own */
        await page.keyboard.press("Tab");
        const at = await page.evaluate(() => {
            const one = document.activeElement, style = getComputedStyle(one);
            return {stop: one.dataset.stop === undefined ? -1 : Number(one.dataset.stop),
                shown: style.outlineStyle !== "none" || one.className === "skip"};
        });
        if (at.stop < 0) {
            if (reached.size === wanted) break;
            continue;
        }
        if (at.stop === 0 && reached.size === wanted) break;
        if (at.stop < last && at.stop > 0) back++; /* 0: around */
        last = at.stop;
        if (!at.shown) blind++;
        reached.add(at.stop);
    }
    check(reached.size === wanted, where + ": Tab reaches " + reached.size + " of " + wanted);
    check(back === 0, where + ": Tab goes back " + back + " times");
    check(blind === 0, where + ": the focus cannot be seen at " + blind + " stops");
}

async function testWalk(browser, html) {
    const page = await open(browser, html, {viewport: {width: 1200, height: 900}});
    await walk(page, "overview");
    await page.evaluate(() => { document.querySelector("#list details").open = true; });
    await page.waitForSelector("#list details[open] table");
    await walk(page, "an open cluster");
    const id = await page.locator("#list .id").first().textContent();
    await showHash(page, hashOf("cluster", id));
    await walk(page, "cluster");
    await close(page, "walk");
}

/* On paper: no controls, no colour that hides text, nothing wider than the sheet. */
async function testPrint(browser, html) {
    const page = await open(browser, html, {colorScheme: "dark", viewport: {width: 700, height: 900}});
    await page.emulateMedia({media: "print"});
    check(await page.locator("nav").isHidden() && await page.locator("#filter").isHidden() &&
        await page.locator("#save").isHidden(), "controls are printed");
    const ink = await page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        return style.color + " on " + style.backgroundColor;
    });
    check(ink === "rgb(0, 0, 0) on rgb(255, 255, 255)", "printed " + ink);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(wide <= 0, "the paper is " + wide + " px too narrow");
    if (shots) await page.pdf({path: path.join(shots, "print-overview.pdf"), format: "A4"});
    const id = await page.locator("#list .id").first().textContent();
    await showHash(page, hashOf("cluster", id));
    check(await page.locator(".texts").isVisible(), "the texts of a cluster are printed");
    check(await page.locator("#view .pick:visible, #view .screen:visible").count() === 0,
        "a column of controls is printed");
    if (shots) await page.pdf({path: path.join(shots, "print-cluster.pdf"), format: "A4"});
    await close(page, "print");
}

async function testReview(browser, html) {
    const page = await open(browser, html, {viewport: {width: 1200, height: 900}});
    check(await page.isDisabled("#save"), "nothing is marked at first");
    const labels = ["copy", "template", "different"];
    for (let i = 0; i < labels.length; i++) {
        await page.locator("#review select").nth(i).focus();
        await page.keyboard.type(labels[i]);
    }
    await page.locator("#review input[type=checkbox]").nth(1).focus();
    await page.keyboard.press("Space");
    await page.waitForSelector("#save:not([disabled])");
    await page.focus("#save");
    const [download] = await Promise.all(
        [page.waitForEvent("download"), page.keyboard.press("Enter")]);
    const file = path.join(work, "gold.tsv");
    await download.saveAs(file);
    const rows = fs.readFileSync(file, "utf8").trim().split("\n").map(row => row.split("\t"));
    check(rows.length === 1 + labels.length && rows[0].join() === "set,id_a,id_b,label,conf,why" &&
        rows.every(row => row.length === 6) && rows[1][0] === "news" &&
        labels.every((label, i) => rows[1 + i][3] === label) && rows[1][4] !== rows[2][4],
    "the marks become a gold file");
    let said = "";
    try {
        said = execFileSync(program, ["eval", "-q", "--gold", file, path.join(samples,
            "news.jsonl")], {encoding: "utf8", stdio: ["ignore", "pipe", "ignore"]});
    } catch (ended) {
        if (ended.status === 3) said = ended.stdout;
    }
    for (const label of labels)
        check(said.includes(label), "'samestory eval' reads the marks: " + label);
    await close(page, "review");
}

async function testHostile(browser, html) {
    for (const scripts of [true, false]) {
        const page = await open(browser, html, {javaScriptEnabled: scripts});
        if (scripts) {
            const hashes = await page.evaluate(() => [...document.querySelectorAll("#report a")]
                .map(a => a.getAttribute("href")).filter(href => /^#(cluster|pair)=/.test(href)));
            check(hashes.length >= 5, "hostile stories stand in clusters");
            for (const hash of hashes) await showHash(page, hash);
            await page.evaluate(() => { location.hash = "#overview"; });
            check(await page.evaluate(() => window.hit) === undefined, "a hostile string ran");
            const bad = await page.evaluate(() => document.querySelectorAll(
                "img, iframe, a[href^='javascript'], a[href^='data'], #list script, #view script," +
                "[onerror], [onload]").length);
            check(bad === 0, "hostile strings became " + bad + " elements");
        } else {
            check(await page.locator("#list > li").count() > 0, "no list without JavaScript");
            check(await page.locator("#filter").isHidden(), "a dead form without JavaScript");
        }
        await close(page, "hostile");
    }
}

async function main() {
    const html = makeReport("news", path.join(samples, "news.jsonl"));
    const hostile = makeReport("hostile", hostileInput());
    if (shots) fs.mkdirSync(shots, {recursive: true});
    const browser = await playwright.chromium.launch({executablePath: chromium, headless: true,
        args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]});
    try {
        await testLooks(browser, html);
        await testKeyboard(browser, html);
        await testWalk(browser, html);
        await testPrint(browser, html);
        await testReview(browser, html);
        await testHostile(browser, hostile);
    } finally {
        await browser.close();
        fs.rmSync(work, {recursive: true, force: true});
    }
    console.log(failures === 0 ? "all well" + (axe ? "" : " (no axe-core: roles not checked)")
        : failures + " failures");
    process.exit(failures === 0 ? 0 : 1);
}

main().catch(error => {
    console.log(String(error.stack));
    process.exit(1);
});
