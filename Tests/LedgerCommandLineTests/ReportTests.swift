internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("The report of a history")
struct ReportTests {
    /// What a page must be, by Python's parsers of XML and HTML.
    private static let check = """
        import sys, re, xml.etree.ElementTree as tree
        from html.parser import HTMLParser
        text = open(sys.argv[1], encoding="utf-8").read()
        bad = []
        root = tree.fromstring(text)
        ids = [e.get("id") for e in root.iter() if e.get("id")]
        if len(ids) != len(set(ids)): bad.append("an id occurs twice")
        if not all(re.fullmatch("[a-z0-9-]+", i) for i in ids): bad.append("an id is odd")
        for e in root.iter():
            for name in ("aria-labelledby", "href"):
                value = e.get(name)
                if value is not None and value.removeprefix("#") not in ids:
                    bad.append(f"{e.tag} leads to {value}")
            if e.get("href") is not None and not e.get("href").startswith("#"):
                bad.append("a link leads out of the page")
            if any(n in e.attrib for n in ("src", "srcset", "data", "action", "srcdoc")):
                bad.append(f"{e.tag} fetches")
            if any(n.startswith("on") for n in e.attrib): bad.append("a handler")
            if e.tag == "th" and e.get("scope") not in ("row", "col"): bad.append("th, no scope")
            if e.tag == "svg" and not (e.get("aria-label") or e.get("aria-hidden") == "true"
                or e.get("class") in ("many", "axis")): bad.append("svg without words")
        tags = {e.tag for e in root.iter()}
        if tags & {"script", "img", "iframe", "object", "embed", "form", "base", "image"}:
            bad.append(f"unexpected elements {tags}")
        levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch("h[1-6]", e.tag)]
        if levels[:1] != [1] or levels.count(1) != 1: bad.append("not one h1 first")
        if any(b > a + 1 for a, b in zip(levels, levels[1:])): bad.append("a heading is skipped")
        for url in re.findall(r"url\\(([^)]*)\\)", text):
            if not url.startswith("#") or url[1:] not in ids: bad.append(f"fetches {url}")
        if "@import" in text: bad.append("fetches a style sheet")
        class Reader(HTMLParser):
            seen = []
            def handle_starttag(self, tag, attributes): self.seen.append(tag)
        reader = Reader(); reader.feed(text)
        order = [e.tag for e in root.iter()]
        if reader.seen != order: bad.append("HTML and XML are read differently")
        print("\\n".join(sorted(set(bad))), end="")
        """

    /// What is wrong with a page.
    private func findings(_ file: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.check, file]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let found = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: found, as: UTF8.self)
    }

    private func text(_ file: String) throws -> String {
        try String(contentsOfFile: file, encoding: .utf8)
    }

    /// Texts that would break a page that did not escape them.
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x",
        "</style><style>*{display:none}", "&lt;b&gt; &amp; &#0;", "]]>--><!--",
        "\u{202E}drow\u{2066}", "👩‍🚀 שלום مرحبا", "é\u{301}\u{200B}\u{FEFF}", "\u{FFFE}\u{FFFF}",
        String(repeating: "W", count: 200), "javascript:alert(1)", "`$(id)`;'x'", "%00%3Cb",
    ]

    private func quoted(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    @Test("a page is well-formed and fetches nothing, whatever names and labels hold")
    func hostileTexts() async throws {
        let scratch = try Scratch()
        var lines: [String] = []
        let user = "<b>&\"'\u{202E}👩‍🚀"
        for (number, text) in Self.hostile.enumerated() {
            let (name, text) = (try quoted("\(number)" + text), try quoted(text))
            lines.append(
                #"{"command":"import","user":\#(try quoted(user)),"toolkit":\#(text),"#
                    + #""grant":\#(name),"provider":"p","member":\#(text),"externalID":\#(text),"#
                    + #""account":{"subject":\#(name),"email":\#(text),"name":\#(text)},"#
                    + #""label":\#(text),"actor":{"kind":"user","id":\#(text)},"#
                    + #""correlationID":\#(text),"causationID":\#(text)}"#)
            lines.append(
                #"{"command":"expire","grant":\#(name),"reason":\#(text),"notice":\#(text)}"#)
        }
        // Labels may hold what identifiers may not.
        let controls = "\u{1}\u{8}\u{1B}[2J\r\n\t\u{7F}\u{85}\u{2028}"
        lines.append(
            #"{"command":"import","user":\#(try quoted(user)),"toolkit":"t","grant":"c","#
                + #""provider":"p","account":{"subject":"c"},"label":\#(try quoted(controls))}"#)
        let applied = await scratch.apply(lines)
        #expect(applied.status == .fine, "\(applied.output)")
        let file = scratch.path + "/report.html"
        let run = await scratch.run("history", "--user", user, "--html", file)
        #expect(run.status == .fine, "\(run.errors)")
        #expect(try findings(file) == "")
        let page = try text(file)
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains(#"\u{202E}drow\u{2066}"#))
        #expect(page.contains(#"\u{01}\u{08}\u{1B}[2J\r\n\t"#))
        #expect(!page.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{1B}" })
    }

    @Test("the same ledger and position give the same bytes, whatever the clock and the zone")
    func deterministic() async throws {
        let scratch = try await Story.begin()
        let first = await scratch.run("history", "--user", "ada", "--as-of", "2", "--html", "-")
        await scratch.run("revoke", "--grant", "g-1", "--now", "2026-01-04T00:00:00Z")
        let second = await Scratch.run(
            ["--ledger", scratch.ledger, "history", "--user", "ada", "--as-of", "2", "--html", "-"]
        ) { $0.timeZone = TimeZone(secondsFromGMT: 5 * 3600) ?? .gmt }
        #expect(first.status == .fine)
        #expect(first.output.hasPrefix("<!DOCTYPE html>"))
        #expect(first.output == second.output)
        #expect(!first.output.contains("grant-expired.v1</b>"))
        #expect(first.output.contains("position 2, 2026-01-02 00:00:00Z"))
    }

    @Test(
        "every digest is that of the answer of the command beside it",
        arguments: [([], 3), (["--grant", "g-2"], 1), (["--as-of", "2"], 3)])
    func digests(narrowing: [String], count: Int) async throws {
        let scratch = try await Story.begin()
        let asked = ["--ledger", scratch.ledger, "history", "--user", "ada", "--html", "-"]
        let page = await Scratch.run(asked + narrowing).output
        let found = page.matches(
            of: /<code class="digest">([0-9a-f]{64})<\/code><code><bdi>([^<]*) \| sha256sum</)
        #expect(found.count == count)
        for match in found {
            let words = match.output.2.split(separator: " ").map(String.init)
            #expect(words.prefix(3) == ["account-ledger", "--ledger", "DIR"])
            let run = await Scratch.run(["--ledger", scratch.ledger] + words.dropFirst(3))
            let process = Process()
            let (input, output) = (Pipe(), Pipe())
            process.executableURL = URL(filePath: "/usr/bin/sha256sum")
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data(run.output.utf8))
            try input.fileHandleForWriting.close()
            let sum = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(String(decoding: sum.prefix(64), as: UTF8.self) == match.output.1)
        }
    }

    @Test("the file is new and its owner's; what is there stays, and nothing is left beside it")
    func file() async throws {
        let scratch = try await Story.begin()
        let files = FileManager.default
        let file = scratch.path + "/report.html"
        let run = await scratch.run("history", "--user", "ada", "--html", file)
        #expect(run.output.hasPrefix("Wrote \(file): 3 records of ada, as of position 3."))
        let mode = try files.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let before = try text(file)
        let link = scratch.path + "/link"
        try files.createSymbolicLink(
            atPath: link, withDestinationPath: scratch.path + "/nowhere")
        for taken in [file, link, scratch.ledger, scratch.path + "/none/x", ""] {
            let again = await scratch.run("history", "--user", "ada", "--html", taken, "--json")
            #expect(again.status == .unusable, "\(taken)")
            #expect(!again.errors.contains("@"))
        }
        #expect(try text(file) == before)
        #expect(!scratch.exists("nowhere"))
        let left = try files.contentsOfDirectory(atPath: scratch.path).sorted()
        #expect(left == ["ledger", "link", "report.html"])
    }

    @Test("where nothing happened no report is written")
    func nothing() async throws {
        let scratch = try await Story.begin()
        let file = scratch.path + "/report.html"
        let run = await scratch.run("history", "--user", "eve", "--html", file)
        #expect(run.status == .unusable)
        #expect(!scratch.exists("report.html"))
    }

    @Test("a report of a credential or a grant shows what belongs to it")
    func narrowed() async throws {
        let scratch = try await Story.begin()
        let file = scratch.path + "/report.html"
        #expect(await scratch.run("history", "--grant", "g-2", "--html", file).status == .fine)
        #expect(try findings(file) == "")
        let page = try text(file)
        #expect(page.contains("Only grant g-2"))
        #expect(page.contains("ada@work.example"))
        #expect(!page.contains("id=\"p1\""))
        #expect(page.contains("--grant g-2 --as-of 3 --jsonl"))
    }

    @Test("a grant that several users held needs the user for a report")
    func severalHolders() async throws {
        let scratch = try Scratch()
        func linkedBy(_ user: String) -> String {
            #"{"command":"import","user":"\#(user)","toolkit":"gmail","grant":"g1","#
                + #""provider":"google","account":{"subject":"\#(user)"}}"#
        }
        _ = await scratch.apply(
            [linkedBy("ada"), #"{"command":"revoke","grant":"g1"}"#, linkedBy("ben")])
        let run = await scratch.run("history", "--grant", "g1", "--html", "-")
        #expect(run.status == .unusable)
        #expect(run.errors.contains("Give --user too"))
        let ben = await scratch.run("history", "--grant", "g1", "--user", "ben", "--html", "-")
        #expect(ben.status == .fine)
    }

    @Test("--jsonl writes the lines of export, and goes with no other form")
    func lines() async throws {
        let scratch = try await Story.begin()
        let all = await scratch.run("history", "--user", "ada", "--jsonl")
        #expect(all.output == (await scratch.run("export").output))
        let some = await scratch.run("history", "--user", "ada", "--as-of", "1", "--jsonl")
        #expect(some.lines == Array(all.lines.prefix(1)))
        for other in [["--json"], ["--html", "-"]] {
            let arguments = ["history", "--user", "ada", "--jsonl"] + other
            let run = await Scratch.run(["--ledger", scratch.ledger] + arguments)
            #expect(run.status == .unusable)
        }
    }

    @Test("a history of thousands of records gives a page that can be handled")
    func long() async throws {
        let scratch = try Scratch()
        await scratch.run("create", "--simulate-clock")
        var lines = [
            #"{"command":"import","user":"u","toolkit":"t","grant":"g","provider":"p","#
                + #""account":{"subject":"s"},"now":"2026-01-01T00:00:00Z"}"#
        ]
        for number in 0..<2000 {
            let (day, minute) = (number / 100 + 1, number % 60)
            let time =
                "2026-01-\(day < 10 ? "0" : "")\(day)T\(10 + number % 100 / 60):"
                + "\(minute < 10 ? "0" : "")\(minute):00Z"
            lines.append(
                #"{"command":"relabel","user":"u","credential":"CRED","label":"\#(number)","#
                    + #""now":"\#(time)"}"#)
        }
        let made = await scratch.apply([lines[0]], "--simulate-clock").output
        let credential = try #require(made.member("credential"))
        let changed = lines.dropFirst().map { $0.replacing("CRED", with: credential) }
        _ = await scratch.apply(changed, "--simulate-clock")
        let file = scratch.path + "/report.html"
        #expect(await scratch.run("history", "--user", "u", "--html", file).status == .fine)
        #expect(try findings(file) == "")
        let page = try text(file)
        #expect(page.matches(of: /<tr id="p/).count == 2001)
        // Marks are joined and tables are cut: the parts that are always laid out stay few.
        #expect(page.matches(of: /class="many"/).count <= 12)
        #expect(page.matches(of: /class="chunk"/).count >= 10)
        #expect(page.utf8.count < 2001 * 900)
    }
}
