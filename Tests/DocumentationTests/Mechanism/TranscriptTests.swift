internal import Testing

@Suite("Documentation shows what the command line answers")
struct TranscriptTests {
    @Test("Every command of every page answers what the page shows")
    func transcripts() throws {
        let pages = try Repository.pages().filter { !Transcript($0).steps.isEmpty }
        #expect(pages.contains { $0.path == "README.md" })

        for page in pages {
            let transcript = Transcript(page)
            let answers = try transcript.run()
            #expect(answers.count == transcript.steps.count, "\(page.path)")
            for (shown, answered) in zip(transcript.steps.comparable, answers.comparable) {
                #expect(shown == answered, "\(page.path)")
            }
        }
    }

    @Test("Credentials keep their number, and times, tokens and digests give way to their kind")
    func normalisation() {
        let first = "cred_0123456789abcdefghjkmnpqrs"
        let second = "cred_zzzz456789abcdefghjkmnpqrs"
        let token = String(repeating: "a-_B", count: 10) + "cde"
        let output = "\(first) \(second) \(first) 2026-11-21 07:50:15Z \(token)"

        let steps = [Transcript.Step(command: "account-ledger", output: output)]

        #expect(
            steps.comparable == [
                "account-ledger\ncredential 1 credential 2 credential 1 (time) (state)"
            ])
    }
}
