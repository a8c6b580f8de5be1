internal import AccountLedger
internal import Testing

@Suite("The code of Concepts and Durability")
struct ConceptsSnippets {
    private let scratch: ScratchDirectory
    private let ledger: Ledger

    /// A ledger in which Ana has connected two accounts.
    init() async throws {
        scratch = try ScratchDirectory()
        ledger = try Ledger.open(at: scratch.place("ledger"))
        for number in 1...2 {
            let action = IssueState(user: "ana", toolkit: "gmail", allowMultiple: true)
            let begun = try await ledger.issueState(action).get()
            _ = try await ledger.link(
                state: begun.state ?? StateToken(""), grant: GrantID("grant-\(number)"),
                account: ProviderAccount(provider: "google", subject: Identifier("\(number)"))
            ).get()
        }
    }

    @Test("Answers of one read belong together")
    func reading() throws {
        // snippet: read
        let (accounts, selection) = try ledger.read { view in
            (try view.accounts(of: "ana"), try view.selection(of: "ana", toolkit: "gmail"))
        }
        // end snippet
        #expect(accounts.count == 2)
        #expect(selection.credential == accounts.last?.id)
    }

    @Test("A session's pin goes before everything")
    func pinning() throws {
        let credential = try #require(try ledger.accounts(of: "ana").first?.id)

        // snippet: pin
        let pinned = try ledger.selection(
            of: "ana", toolkit: "gmail", pins: ["gmail": credential])
        // pinned.result == .credential(credential), because .pinned
        // end snippet
        #expect(pinned.result == .credential(credential))
        #expect(pinned.because == .pinned)
    }

    @Test("A choice is stored until it is cleared")
    func choosing() async throws {
        let credential = try #require(try ledger.accounts(of: "ana").first?.id)

        // snippet: choose
        _ = try await ledger.select(credential, for: "gmail", of: "ana").get()
        let chosen = try ledger.selection(of: "ana", toolkit: "gmail")
        // chosen.result == .credential(credential), because .selected

        _ = try await ledger.clearSelection(for: "gmail", of: "ana").get()
        // end snippet
        #expect(chosen.result == .credential(credential))
        #expect(chosen.because == .selected)
        let cleared = try ledger.selection(of: "ana", toolkit: "gmail")
        #expect(cleared.because == .mostRecentlyConnected)
    }

    @Test("A stated version refuses a command that overlooks a change")
    func expectingVersion() async throws {
        let credential = try #require(try ledger.accounts(of: "ana").first?.id)

        // snippet: version
        let seen = try ledger.read { view in try view.version(of: "ana") }
        let context = CommandContext(actor: .user("ana"), expectedUserVersion: seen)
        let outcome = try await ledger.relabel(credential, to: "Office", context: context)
        // .refused(.versionConflict(current:)) if anything about Ana has changed since
        // end snippet
        #expect(outcome.refusal == nil)
        let late = try await ledger.relabel(credential, to: "Home", context: context)
        #expect(late.refusal?.name == "versionConflict")
    }

    @Test("A command with a key is carried out once, however often it is delivered")
    func repeating() async throws {
        // snippet: key
        let notice = ExpireGrant(grant: "grant-1", reason: "grant.expired", notice: "hook-17")
        let context = CommandContext(
            actor: .platform("nylas"), idempotencyKey: "nylas/hook-17")

        let first = try await ledger.expire(notice, context: context).get()
        let again = try await ledger.expire(notice, context: context).get()
        // again.positions == first.positions: the second delivery found the first result
        // end snippet
        #expect(again.positions == first.positions)
        #expect(first.positions != nil)
    }

    @Test("What to do about an error is told from its code")
    func errors() async throws {
        let command = Command(.expire(ExpireGrant(grant: "grant-1")))
        var isWorthRepeating = false

        // snippet: errors
        do {
            _ = try await ledger.execute(command)
        } catch {
            switch error.code {
            case .overloaded, .diskFull:
                isWorthRepeating = true  // nothing was done
            case .outcomeUnknown:
                isWorthRepeating = command.context.idempotencyKey != nil
            default:
                isWorthRepeating = false
            }
        }
        // end snippet
        #expect(!isWorthRepeating)
    }

    @Test("A backup is a ledger of the same name and head")
    func backup() throws {
        let directory = scratch.place("backup")

        // snippet: backup
        let receipt = try ledger.backup(to: directory)
        // receipt.position, receipt.recordedAt, receipt.size, as read from the copy

        let copy = try Ledger.open(at: directory, options: LedgerOptions(access: .readOnly))
        // copy.id == ledger.id
        // end snippet
        #expect(copy.id == ledger.id)
        #expect(receipt.position == (try ledger.head()))
        #expect(receipt.ledger == ledger.id)
        #expect(receipt.size > 0)
        #expect(try copy.head() == ledger.head())
    }
}
