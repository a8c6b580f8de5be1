package import LedgerDomain

/// A user's history laid out along the time at which each record was recorded.
///
/// The recorded time is what "as of" means, and the only one that always goes forward; an event may
/// have happened earlier.
package struct UserTimeline: Sendable {
    /// What a credential was, from one time to another.
    package struct Span: Sendable {
        /// The status.
        package let status: CredentialStatus
        /// When it began.
        package let from: Timestamp
        /// When it ended; none where it goes on.
        package internal(set) var to: Timestamp?
    }

    /// An authorization that was begun.
    package struct Authorization: Sendable {
        /// The position of the record that began it.
        package let position: Position
        /// What was to be connected.
        package let toolkit: ToolkitID
        /// When it began.
        package let from: Timestamp
        /// When it was completed, or when it ends without.
        package internal(set) var to: Timestamp
        /// Whether a grant was linked by it.
        package internal(set) var isCompleted = false
        /// The credential that it was for, or that it made.
        package internal(set) var credential: CredentialID?
    }

    /// A credential's part of the history.
    package struct Track: Sendable {
        /// The credential after the last record.
        package internal(set) var credential: Credential
        /// What it was, without gaps.
        package internal(set) var spans: [Span]
    }

    /// Which credential a toolkit acted as from a time on.
    package struct Answer: Sendable {
        /// The answer; none where there was nothing to select from.
        package let selection: Selection?
        /// When it began to hold.
        package let from: Timestamp
    }

    /// A toolkit's part of the history.
    package struct SelectionTrack: Sendable {
        /// The toolkit.
        package let toolkit: ToolkitID
        /// The answers in the order of the log; each holds until the next one.
        package internal(set) var answers: [Answer]
    }

    /// The records in the order of the log.
    package private(set) var steps: [UserStep] = []
    /// The credentials in the order of their making.
    package private(set) var tracks: [Track] = []
    /// The authorizations that were begun.
    package private(set) var authorizations: [Authorization] = []
    /// The toolkits in the order of their first answer.
    package private(set) var selections: [SelectionTrack] = []
    private var trackIndex: [CredentialID: Int] = [:]
    private var selectionIndex: [ToolkitID: Int] = [:]
    private var stateIndex: [StateDigest: Int] = [:]

    /// A history without records.
    package init() {}

    /// Takes the next step in.
    package mutating func add(_ step: UserStep) {
        let time = step.record.recordedAt
        note(step.record)
        for credential in step.difference.credentials.compactMap(\.after) { add(credential, time) }
        for change in step.difference.selections { add(change, time) }
        steps.append(step)
    }

    private mutating func note(_ record: EventRecord) {
        switch record.event {
        case .stateIssued(let event):
            stateIndex[event.digest] = authorizations.count
            authorizations.append(
                Authorization(
                    position: record.position, toolkit: event.toolkit, from: record.recordedAt,
                    to: event.expiresAt, credential: event.intent.credential))
        case .grantLinked(let event):
            guard case .state(let digest) = event.origin, let index = stateIndex[digest] else {
                return
            }
            authorizations[index].to = record.recordedAt
            authorizations[index].isCompleted = true
            authorizations[index].credential = event.credential
        case .grantExpired, .grantRevoked, .labelChanged, .accountSelected: break
        }
    }

    private mutating func add(_ credential: Credential, _ time: Timestamp) {
        guard let index = trackIndex[credential.id] else {
            trackIndex[credential.id] = tracks.count
            let span = Span(status: credential.status, from: time)
            tracks.append(Track(credential: credential, spans: [span]))
            return
        }
        tracks[index].credential = credential
        let last = tracks[index].spans.count - 1
        guard tracks[index].spans[last].status != credential.status else { return }
        tracks[index].spans[last].to = time
        tracks[index].spans.append(Span(status: credential.status, from: time))
    }

    private mutating func add(_ change: UserDifference.Change<Selection>, _ time: Timestamp) {
        guard let toolkit = (change.after ?? change.before)?.toolkit else { return }
        let answer = Answer(selection: change.after, from: time)
        if let index = selectionIndex[toolkit] {
            selections[index].answers.append(answer)
        } else {
            selectionIndex[toolkit] = selections.count
            selections.append(SelectionTrack(toolkit: toolkit, answers: [answer]))
        }
    }

    /// Keeps what belongs to some of the records: the credentials that they name, and the toolkits
    /// of these.
    package mutating func narrow(to isAskedFor: (EventRecord) -> Bool) {
        steps.removeAll { !isAskedFor($0.record) }
        let named = Set(steps.compactMap(\.record.event.credential))
        tracks.removeAll { !named.contains($0.credential.id) }
        let toolkits = Set(tracks.map(\.credential.toolkit))
        selections.removeAll { !toolkits.contains($0.toolkit) }
        authorizations.removeAll { $0.credential.map { !named.contains($0) } ?? true }
        trackIndex = [:]
        selectionIndex = [:]
        stateIndex = [:]
    }
}
