internal import AccountLedger
internal import Testing

@Suite("The code of Following changes")
struct ChangeFeedSnippets {
    @Test("Changes are given after a place, up to the end of the log and beyond")
    func following() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        let account = ProviderAccount(provider: "google", subject: "mara@example.com")
        let grant = ImportGrant(user: "1001", toolkit: "gmail", grant: "ee8c", account: account)
        _ = try await ledger.importGrants([grant])
        _ = try await ledger.expire(ExpireGrant(grant: "ee8c")).get()
        var needReconnecting: [UserID] = []
        var acting: [UserID: Selection.Result] = [:]
        var isUpToDate = false

        // snippet: changes
        var place = ChangePlace.beginning
        for try await item in ledger.changes(after: place, of: .toolkits(["gmail"])) {
            if case .change(let change) = item {
                switch change.kind {
                case .expired: needReconnecting.append(change.user)
                case .selectionChanged(_, let to, _): acting[change.user] = to
                default: break
                }
            } else if case .caughtUp = item {
                isUpToDate = true
            }
            place = item.place
            // Store the place together with what was done.
            if isUpToDate { break }
        }
        // end snippet
        #expect(needReconnecting == ["1001"])
        let credential = try #require(try ledger.accounts(of: "1001").first?.id)
        #expect(acting == ["1001": .needsReconnect(credential)])
        #expect(place.position == Position(2))
    }

    @Test("A wait for a connection ends with the link, or by what the callback brought instead")
    func waiting() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        func callback(_ state: StateToken) async throws {
            let account = ProviderAccount(provider: "google", subject: "mara@example.com")
            _ = try await ledger.link(state: state, grant: "ee8c", account: account).get()
        }

        // snippet: connection
        let issued = try await ledger.issueState(IssueState(user: "1001", toolkit: "gmail")).get()
        guard let state = issued.state else { return }
        // Send the user to the authorization page with the state; the callback links it, here or in
        // another process.
        async let connection = ledger.connection(authorizedBy: state, timeout: .seconds(300))

        try await callback(state)
        let account = try await connection.credential
        // end snippet
        #expect(account.grant == "ee8c")
    }

    @Test("A callback without a grant ends the waits of its process")
    func failing() async throws {
        let scratch = try ScratchDirectory()
        let ledger = try Ledger.open(at: scratch.place("ledger"))
        let issue = IssueState(user: "1001", toolkit: "gmail")
        let state = try #require(try await ledger.issueState(issue).get().state)
        let wait = Task { () -> ConnectionWaitError.Code? in
            do {
                _ = try await ledger.connection(authorizedBy: state)
                return nil
            } catch {
                return (error as? ConnectionWaitError)?.code
            }
        }
        // It may not wait yet, and whoever begins to wait later is not told.
        let ending = Task {
            while !Task.isCancelled {
                // snippet: endWaits
                ledger.endWaits(for: state, reason: "access_denied")
                // end snippet
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        #expect(await wait.value == .failed(reason: "access_denied"))
        ending.cancel()
    }
}
