internal import AccountLedger
internal import ArgumentParser
internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerPlatforms

extension Import {
    /// Imports bodies that platforms have sent or answered with.
    func runBodies(on console: Console) async throws(CommandFailure) -> ExitStatus {
        let input: InputFile
        do { input = try InputFile(file, console) } catch { throw CommandFailure(error) }
        console.finishWorkBeforeStopping()
        let (ledger, rejects) = try open(input, console)
        defer { ledger.close() }
        let batch = min(batch, 1000)
        var work = NoticeImport(
            into: ledger, batch: batch, actor, on: console, rejects: rejects)
        let source = StoppableInput(console.interruption, read: input.reader)
        try await run(&work, source, noticeReader(console), console)
        try answer(work.count, console)
        return work.count.isClean ? .fine : .found
    }

    private func noticeReader(_ console: Console) -> NoticeReader {
        NoticeReader(
            format: format,
            mapping: NoticeMapping(
                creations: .imported,
                toolkits: Dictionary(
                    toolkits.map { ($0.provider, $0.toolkit) }, uniquingKeysWith: { $1 }),
                takesProviderForToolkit: true, userAttributes: userFrom,
                subjects: subjectFrom.isEmpty
                    ? [.told, .email] : subjectFrom.map { NoticeMapping.Subject($0) }),
            listedAt: listedAt, receivedAt: actor.now ?? Timestamp(Date()),
            tell: { console.tell($0) })
    }

    private func run(
        _ work: inout NoticeImport, _ source: StoppableInput, _ reader: NoticeReader,
        _ console: Console
    ) async throws(CommandFailure) {
        var progress = Progress(on: console)
        var bodies = BodyStream()
        var isAtEnd = false
        while !isAtEnd {
            let found: [BodyStream.Body]
            switch await source.next(upTo: Self.chunkLength) {
            case .failed(let error): throw CommandFailure(error)
            case .stopped: throw stopped(work, &progress)
            case .bytes(let bytes):
                isAtEnd = bytes.isEmpty
                found = isAtEnd ? bodies.finish() : bodies.push(bytes)
            }
            for body in found where try await take(body, &work, reader) {
                progress.update("\(work.count.total) bodies")
                if console.interruption.isRequested { throw stopped(work, &progress) }
            }
        }
        try await work.finish()
        progress.clear()
    }

    /// Takes a body in; answers whether that filled a batch.
    private func take(
        _ body: BodyStream.Body, _ work: inout NoticeImport, _ reader: NoticeReader
    ) async throws(CommandFailure) -> Bool {
        let results: [Result<NoticeResult, FieldError>]
        switch body.content {
        case .failure(let error): results = [.failure(error)]
        case .success(let bytes):
            do throws(PlatformError) {
                results = try reader.results(bytes, ordinal: body.ordinal)
            } catch {
                results = [.failure(FieldError(error.field, error.message))]
            }
        }
        var didCommit = false
        for result in results {
            switch result {
            case .success(let result):
                let isFull = try await work.take(result, line: body.line)
                didCommit = didCommit || isFull
            case .failure(let error):
                let field = error.field.isEmpty ? nil : error.field
                try work.reject(line: body.line, field: field, reason: error.reason)
            }
        }
        return didCommit
    }

    private func answer(_ count: NoticeCount, _ console: Console) throws(CommandFailure) {
        guard global.json else { return try console.output.writeLine(count.text) }
        let rejection = Diagnostic(
            code: "rejected",
            message: "\(count.rejected + count.unattributed) bodies were not taken in; standard"
                + " error says which and why.")
        let envelope = Envelope(
            count.isClean ? .ok : .found, data: count.json,
            diagnostics: count.isClean ? [] : [rejection])
        try console.output.writeLine(envelope.json.serialized)
    }

    private func stopped(_ work: NoticeImport, _ progress: inout Progress) -> CommandFailure {
        progress.clear()
        return .stopped(
            "Stopped after line \(work.lastLine): \(work.count.text). Run it again to go on;"
                + " what is imported stays unchanged.")
    }
}

extension NoticeMapping.Subject {
    /// Takes `told`, `email` or `grant`, or the name of what the application has put on a grant.
    fileprivate init(_ text: String) {
        switch text {
        case "told": self = .told
        case "email": self = .email
        case "grant": self = .grant
        default: self = .attribute(text)
        }
    }
}
