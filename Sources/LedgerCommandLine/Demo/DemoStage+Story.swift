extension DemoStage {
    /// Two accounts of one user, from the first connection to the last lookup.
    mutating func play() async throws(CommandFailure) {
        let first = try await connectFirst()
        try await connectSecond()
        try await choose(first)
        try await lose()
        try await lookBack()
    }

    /// Connects an account and gives its credential.
    private mutating func connectFirst() async throws(CommandFailure) -> String {
        try await run("A ledger is one file in a directory.", "create")
        let issued = try await run(
            "Ada wants to connect Gmail. A state goes out with the authorization request.",
            "issue-state", "--user", "ada", "--toolkit", "gmail")
        let linked = try await run(
            "The callback brings the state back; the grant is tied to a credential of Ada's.",
            "link", "--state", try value("state", in: issued), "--grant", "grant-1",
            "--provider", "google", "--subject", "1001", "--email", "ada@example.com")
        try await run("So Ada has one account.", "accounts", "--user", "ada")
        return try value("credential", in: linked)
    }

    private mutating func connectSecond() async throws(CommandFailure) {
        try await run(
            "A second account of a toolkit is refused, unless it is asked for.",
            "issue-state", "--user", "ada", "--toolkit", "gmail", expecting: .found)
        let issued = try await run(
            "It is asked for, and gets a label.",
            "issue-state", "--user", "ada", "--toolkit", "gmail", "--allow-multiple", "--label",
            "Work")
        try await run(
            "The second callback makes a second credential.",
            "link", "--state", try value("state", in: issued), "--grant", "grant-2",
            "--provider", "google", "--subject", "1002", "--email", "ada@work.example")
        try await run(
            "The account connected most recently acts; the answer says what was passed over.",
            "active", "--user", "ada")
    }

    private mutating func choose(_ credential: String) async throws(CommandFailure) {
        try await run(
            "Ada can choose the first one. A choice never falls back to another account.",
            "select", "--user", "ada", "--toolkit", "gmail", "--credential", credential)
        try await run("Now the answer is her choice.", "active", "--user", "ada")
        try await run(
            "She clears it again.", "select", "--user", "ada", "--toolkit", "gmail", "--clear")
    }

    private mutating func lose() async throws(CommandFailure) {
        try await run(
            "The platform notices that the second grant stopped working.",
            "expire", "--grant", "grant-2", "--reason", "password changed", "--actor",
            "platform:nylas")
        try await run(
            "The first account steps in, since it is the only one that works.",
            "active", "--user", "ada")
    }

    private mutating func lookBack() async throws(CommandFailure) {
        try await run(
            "Nothing was overwritten: this is all that happened.", "history", "--user", "ada")
        try await run(
            "Any past can be asked for, here the moment after the second connection.",
            "active", "--user", "ada", "--as-of", "4")
        try await run(
            "The views that answered can be checked against the log, row by row.", "verify")
    }

    /// The value that an answer gives a name, as in `  credential  cred_...`.
    private func value(_ name: String, in output: String) throws(CommandFailure) -> String {
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return String(words[1]) }
        }
        throw CommandFailure(.unusable, code: "demo", "The answer does not say the \(name).")
    }
}
