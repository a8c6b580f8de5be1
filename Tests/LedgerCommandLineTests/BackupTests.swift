internal import Foundation
internal import LedgerCommandLine
internal import Testing

@Suite("Backing up, restoring and compacting")
struct BackupTests {
    private static func mode(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return attributes[.posixPermissions] as? Int
    }

    /// What a ledger answers about everybody.
    private static func export(_ ledger: String) async -> String {
        await Scratch.run(["--ledger", ledger, "export", "--format", "cloudevents"]).output
    }

    @Test(
        "a backup says what it holds, verifies, and is for its owner only",
        arguments: [[], ["--compact"], ["--verify", "all"], ["--verify", "none"]])
    func backup(options: [String]) async throws {
        let (scratch, _) = try await Story.everything()
        let copy = scratch.path + "/copy"
        let base = ["--ledger", scratch.ledger, "backup", "--to", copy, "--json"]
        let run = await Scratch.run(base + options)
        #expect(run.status == .fine, "\(run.errors)")
        let size = try Data(contentsOf: URL(fileURLWithPath: copy + "/data.mdb")).count
        #expect(run.output.contains(#""head":9,"records":9,"#))
        #expect(
            run.output.contains(#""recordedAt":"2026-01-05T00:00:15.000000Z","size":\#(size),"#))
        #expect(try Self.mode(copy) == 0o700)
        #expect(try Self.mode(copy + "/data.mdb") == 0o600)
        #expect(await Scratch.run(["--ledger", copy, "verify"]).status == .fine)
        #expect(await Self.export(copy) == Self.export(scratch.ledger))
    }

    @Test("a restored ledger is the one that was backed up, and nothing is left beside it")
    func restore() async throws {
        let (scratch, _) = try await Story.everything()
        let copy = scratch.path + "/copy"
        await scratch.run("backup", "--to", copy)
        let before = try Data(contentsOf: URL(fileURLWithPath: copy + "/data.mdb"))
        for (name, options) in [
            ("a", []), ("b", ["--verify", "all"]), ("c", ["--verify", "none"]),
        ] {
            let place = "\(scratch.path)/restored-\(name)"
            let run = await Scratch.run(["--ledger", place, "restore", "--from", copy] + options)
            #expect(run.status == .fine, "\(run.errors)")
            #expect(run.output.hasPrefix("Restored the log up to position 9 into \(place): "))
            let files = try FileManager.default.contentsOfDirectory(atPath: place)
            #expect(files == ["data.mdb"])
            #expect(try Self.mode(place) == 0o700)
            #expect(try Self.mode(place + "/data.mdb") == 0o600)
            #expect(await Self.export(place) == Self.export(scratch.ledger))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy + "/data.mdb")) == before)
        let beside = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(
            Set(beside) == ["ledger", "copy", "restored-a", "restored-b", "restored-c"])
    }

    @Test("nothing is restored over something, from nothing, or into the backup")
    func refusals() async throws {
        let (scratch, _) = try await Story.everything()
        let files = FileManager.default
        let copy = scratch.path + "/copy"
        await scratch.run("backup", "--to", copy)
        let full = scratch.path + "/full"
        try files.createDirectory(atPath: full, withIntermediateDirectories: false)
        _ = try scratch.file("full/notes", "mine")
        let link = scratch.path + "/link"
        try files.createSymbolicLink(atPath: link, withDestinationPath: full)
        let ledger = try scratch.bytes("ledger/data.mdb")
        let cases = [
            (scratch.ledger, copy, "holds files already"), (full, copy, "holds files already"),
            (link, copy, "symbolic link"), (scratch.path + "/full/notes", copy, "Not a directory"),
            (copy + "/inside", copy, "is in the ledger that is copied"),
            (scratch.path + "/none/new", copy, "No such file"),
            (scratch.path + "/new", full, "holds no ledger"),
            (scratch.path + "/new", scratch.path + "/none", "No such file"),
            (scratch.path + "/new", link, "symbolic link"),
        ]
        for (place, source, words) in cases {
            let run = await Scratch.run(["--ledger", place, "restore", "--from", source])
            #expect(run.status == .unusable)
            #expect(run.errors.contains(words), "\(run.errors)")
        }
        #expect(try scratch.bytes("ledger/data.mdb") == ledger)
        let beside = try files.contentsOfDirectory(atPath: scratch.path)
        #expect(Set(beside) == ["ledger", "copy", "full", "link"])
    }

    @Test("a backup that is damaged is not restored, and a damaged ledger leaves a copy to look at")
    func damaged() async throws {
        let (scratch, _) = try await Story.everything()
        let copy = scratch.path + "/copy"
        await scratch.run("backup", "--to", copy)
        let file = URL(fileURLWithPath: copy + "/data.mdb")
        var bytes = try Data(contentsOf: file)
        let reason = Data("password changed".utf8)
        var places = 0
        while let range = bytes.range(of: reason) {
            bytes.replaceSubrange(range, with: Data("\u{1}assword changed".utf8))
            places += 1
        }
        #expect(places > 0)
        try bytes.write(to: file)
        let place = scratch.path + "/restored"
        let run = await Scratch.run(["--ledger", place, "restore", "--from", copy])
        #expect(run.status == .broken)
        #expect(run.errors.contains("first undecodable at position 3"), "\(run.errors)")
        #expect(!scratch.exists("restored"))
        let again = await Scratch.run(
            ["--ledger", copy, "backup", "--to", scratch.path + "/second"])
        #expect(again.status == .broken)
        #expect(again.errors.contains("second is not sound"), "\(again.errors)")
        #expect(scratch.exists("second/data.mdb"))
        let unread = await Scratch.run(
            ["--ledger", place, "restore", "--from", copy, "--verify", "none"])
        #expect(unread.status == .fine)
    }

    @Test("a backup goes neither into the ledger nor over anything")
    func places() async throws {
        let (scratch, _) = try await Story.everything()
        let before = try FileManager.default.contentsOfDirectory(atPath: scratch.ledger)
        for place in [scratch.ledger, scratch.ledger + "/copy", scratch.ledger + "/./a/../copy"] {
            let run = await scratch.run("backup", "--to", place)
            #expect(run.status == .unusable)
            #expect(!run.errors.isEmpty)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.ledger) == before)
        await scratch.run("backup", "--to", scratch.path + "/copy")
        let second = await scratch.run("backup", "--to", scratch.path + "/copy")
        #expect(second.status == .unusable)
        #expect(second.errors.contains("replaces nothing"))
    }

    @Test("a compacted ledger is smaller, and answers the same")
    func compact() async throws {
        let scratch = try Scratch()
        let rows = (1...3000).map { number in
            #"{"command":"import","user":"u\#(number)","toolkit":"t","grant":"g\#(number)","#
                + #""provider":"p","account":{"subject":"\#(number)"}}"#
        }
        #expect(await scratch.apply(rows).status == .fine)
        let export = await Self.export(scratch.ledger)
        let before = try scratch.bytes("ledger/data.mdb").count
        let run = await scratch.run("compact", "--json")
        #expect(run.status == .fine, "\(run.errors)")
        let after = try scratch.bytes("ledger/data.mdb").count
        #expect(run.output.contains(#""head":3000,"sizeBefore":\#(before),"sizeAfter":\#(after)"#))
        #expect(after < before)
        #expect(await Self.export(scratch.ledger) == export)
        #expect(await scratch.run("verify").status == .fine)
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.ledger)
        #expect(Set(files) == ["data.mdb", "lock.mdb", "owner.lock"])
        let more = await scratch.apply([rows[0].replacing("g1\"", with: "g0\"")])
        #expect(!more.output.isEmpty)
        let again = await scratch.run("compact")
        #expect(again.output.hasSuffix("at position 3000.\n"))
    }

    @Test(
        "reading back can be stopped: a restore leaves nothing, a backup its copy",
        arguments: ["backup", "restore", "compact"])
    func stops(name: String) async throws {
        let (scratch, _) = try await Story.everything()
        let copy = scratch.path + "/copy"
        await scratch.run("backup", "--to", copy)
        let bytes = try scratch.bytes("ledger/data.mdb")
        let arguments =
            switch name {
            case "backup": ["--ledger", scratch.ledger, "backup", "--to", scratch.path + "/new"]
            case "restore": ["--ledger", scratch.path + "/new", "restore", "--from", copy]
            default: ["--ledger", scratch.ledger, "compact"]
            }
        let run = await Scratch.run(arguments) { $0.interruption.request() }
        #expect(run.status == .stopped)
        #expect(scratch.exists("new/data.mdb") == (name == "backup"))
        #expect(scratch.exists("new") == (name == "backup"))
        #expect(try scratch.bytes("ledger/data.mdb") == bytes)
        #expect(!scratch.exists("ledger/compacting"))
        #expect(!scratch.exists(".new.restoring"))
    }
}
