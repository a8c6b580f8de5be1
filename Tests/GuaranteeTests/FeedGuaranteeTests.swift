internal import AccountLedger
internal import Foundation
internal import LedgerTestSupport
internal import Testing

/// The promise: who follows or waits in one process hears of what another process commits.
@Suite(.timeLimit(.minutes(2)))
struct FeedGuaranteeTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.appending("ledger") }

    init() throws { directory = try TemporaryDirectory() }

    @Test("A wait for a connection ends when another process links")
    func waiting() async throws {
        let ledger = try Ledger.open(at: path)
        let issue = IssueState(user: "ann", toolkit: "gmail")
        let token = try #require(try await ledger.issueState(issue).get().state)
        let wait = Task { try await ledger.connection(authorizedBy: token) }
        #expect(await eventually { ledger.connectionWaits.count == 1 })
        let child = try ChildProcess(path, ["apply"])
        _ = try await onOwnThread {
            child.send([try CommandLineText.link(token.secret, grant: "g1", subject: "s1")])
        }
        #expect(try await wait.value.credential.grant == "g1")
        _ = try await onOwnThread { child.finish() }
        ledger.close()
    }

    @Test(
        "A follower is given what other processes append, each change once, also after a kill",
        arguments: [true, false])
    func following(hearsCommits: Bool) async throws {
        var options = LedgerOptions()
        options.hearsCommits = hearsCommits
        let ledger = try Ledger.open(at: path, options: options)
        let count = 60
        let follower = Task {
            var grants: [String] = []
            for try await item in ledger.changes() {
                guard case .change(let change) = item,
                    case .connected(let grant) = change.kind
                else { continue }
                grants.append(grant.text)
                if grants.count == count { break }
            }
            return grants
        }
        let path = path
        _ = try await onOwnThread {
            for round in 0..<3 {
                let child = try ChildProcess(path, ["apply"])
                for number in 0..<(count / 3) {
                    let grant = "g\(round)-\(number)"
                    child.send([try CommandLineText.grant(grant, of: "user\(number % 7)")])
                    _ = child.line()
                }
                child.kill()
                _ = child.finish()
            }
        }
        let expected = (0..<3).flatMap { round in (0..<(count / 3)).map { "g\(round)-\($0)" } }
        #expect(try await follower.value == expected)
        ledger.close()
    }

    @Test("Followers of all kinds lose nothing beside writers in several processes")
    func soak() async throws {
        let path = path
        let ending = try await onOwnThread {
            // Seconds, users, writers, followers; without them it is the minute of the page.
            try ChildProcess(
                path, ["soak", "2", "200", "8", "30"], program: ChildProcess.built("FeedProbe")
            ).finish()
        }
        #expect(ending.status == 0, "\(ending.lines) \(ending.errors)")
        #expect(ending.lines.contains { $0.hasPrefix("changes given") })
    }

    @Test("tail writes what another process appends, and ends with 0 by SIGTERM")
    func tail() async throws {
        let ledger = try Ledger.open(at: path)
        let child = try ChildProcess(path, ["tail"])
        let first = try await onOwnThread { child.line() }
        #expect(first == #"{"change":"caughtUp","position":0}"#)
        let account = ProviderAccount(provider: "google", subject: "s1")
        let grant = ImportGrant(user: "ann", toolkit: "gmail", grant: "g1", account: account)
        _ = try await ledger.importGrants([grant])
        let lines = try await onOwnThread { (0..<3).compactMap { _ in child.line() } }
        #expect(lines.first?.hasPrefix(#"{"change":"connected","position":1,"index":0"#) == true)
        #expect(lines.last?.hasPrefix(#"{"change":"caughtUp","position":1"#) == true)
        child.terminate()
        let ending = try await onOwnThread { child.finish() }
        #expect(ending.status == 0 && ending.errors == "")
        ledger.close()
    }

    @Test("Following leaves the files as they are, also on a file system mounted read-only")
    func readOnly() async throws {
        let ledger = try Ledger.open(at: path)
        let account = ProviderAccount(provider: "google", subject: "s1")
        let grant = ImportGrant(user: "ann", toolkit: "gmail", grant: "g1", account: account)
        _ = try await ledger.importGrants([grant])
        ledger.close()
        let before = try Data(contentsOf: URL(filePath: "\(path)/data.mdb"))
        let ending = try ChildProcess.run(path, ["tail", "--no-follow"])
        #expect(ending.status == 0 && ending.lines.count == 3)
        guard Machine.hasNamespaces else { return }
        let mount =
            "mount --bind \(path) \(path) && mount -o remount,bind,ro \(path) && exec \"$@\""
        let isolated = try ChildProcess.run(
            path, ["tail", "--no-follow"],
            through: ["unshare", "-rm", "sh", "-c", mount, "sh"])
        #expect(isolated.status == 0 && isolated.lines == ending.lines, "\(isolated.errors)")
        #expect(try Data(contentsOf: URL(filePath: "\(path)/data.mdb")) == before)
    }
}
