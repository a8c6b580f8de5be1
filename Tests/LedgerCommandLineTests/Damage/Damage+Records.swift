internal import LedgerDomain
internal import LedgerFormat
internal import LedgerStorage

extension Damage {
    static let places = [
        Damage("The first record is taken out") { try $0.setRecord(1, to: nil) },
        Damage("A record is taken out of the middle") { try $0.setRecord(8, to: nil) },
        Damage("Five records are taken out of the middle") { ledger in
            for position in 5...9 as ClosedRange<UInt64> { try ledger.setRecord(position, to: nil) }
        },
        Damage("The last record, the second of its command, is cut off") {
            try $0.setRecord(20, to: nil)
        },
        Damage("The same, and the checkpoint is moved back") { ledger in
            try ledger.setRecord(20, to: nil)
            try ledger.setCheckpoint(19)
        },
        Damage("All records are taken out") { ledger in
            for position in 1...20 as ClosedRange<UInt64> {
                try ledger.setRecord(position, to: nil)
            }
        },
        Damage("A record is repeated at the end") { ledger in
            try ledger.setRecord(21, to: try ledger.record(20))
        },
        Damage("A record stands twice, in place of another") { ledger in
            try ledger.setRecord(12, to: try ledger.record(4))
        },
        Damage("Two records are exchanged") { ledger in
            let (left, right) = (try ledger.record(4), try ledger.record(11))
            try ledger.setRecord(4, to: right)
            try ledger.setRecord(11, to: left)
        },
        Damage("A row of the log has a key that is no position") {
            try $0.put([0, 7], value: [1], in: "events")
        },
        Damage("The last row of the log has a key that is no position") {
            try $0.put([0xFF], value: [1], in: "events")
        },
    ]

    static let bytes = [
        Damage("A record is empty") { try $0.setRecord(7, to: []) },
        Damage("A record is cut short") { ledger in
            try ledger.setRecord(7, to: try ledger.record(7).dropLast())
        },
        Damage("A record is longer by a byte") { ledger in
            try ledger.setRecord(7, to: try ledger.record(7) + [0])
        },
        Damage("A record is nothing but zeros") {
            try $0.setRecord(7, to: [UInt8](repeating: 0, count: 100))
        },
        Damage("A record is longer than any can be") {
            try $0.setRecord(7, to: [UInt8](repeating: 0, count: 70_000))
        },
        Damage("A bit of a record's framing is flipped") { ledger in
            var bytes = try ledger.record(7)
            bytes[0] ^= 0x01
            try ledger.setRecord(7, to: bytes)
        },
        Damage("A bit of a record's position is flipped") { ledger in
            var bytes = try ledger.record(7)
            bytes[1] ^= 0x01
            try ledger.setRecord(7, to: bytes)
        },
        Damage("A bit of a record's user is flipped") { ledger in
            var bytes = try ledger.record(7)
            let user = try require(bytes.firstRange(of: Array("bob".utf8)))
            bytes[user.lowerBound] ^= 0x01
            try ledger.setRecord(7, to: bytes)
        },
        Damage("A number in a record is written in more bytes than it takes") { ledger in
            let bytes = try ledger.record(7)
            // The position: tag 0x08, then 7.
            try ledger.setRecord(7, to: [0x08, 0x87, 0x00] + bytes.dropFirst(2))
        },
        Damage("A record holds an event that only a newer version knows") { ledger in
            var bytes = try ledger.record(7)
            // The tag of an AccountSelected, field 21, which is the last of the record.
            let tag = try require(bytes.firstRange(of: [0xAA, 0x01]))
            bytes[tag.lowerBound] = 0xB2
            try ledger.setRecord(7, to: bytes)
        },
    ]

    static let forgeries = [
        Damage("A record's time is that of the first") { ledger in
            let first = try ledger.decoded(1).recordedAt
            try ledger.rewrite(9) { $0.recordedAt = first }
        },
        Damage("A record's time is moved between those of its neighbours") { ledger in
            try ledger.rewrite(2) { $0.recordedAt = $0.recordedAt.adding(microseconds: -1) }
        },
        Damage("A record has a name of another time") { ledger in
            let first = try ledger.decoded(1)
            try ledger.rewrite(12) { $0.id = first.id }
        },
        Damage("A record has the name of the one before") { ledger in
            let before = try ledger.decoded(6)
            try ledger.rewrite(7) { $0.id = before.id }
        },
        Damage("A link is given to another user") { try $0.rewrite(6) { $0.user = "cyd" } },
        Damage("A notice is given to another user") { try $0.rewrite(8) { $0.user = "cyd" } },
        Damage("A choice is given to another user") { try $0.rewrite(7) { $0.user = "cyd" } },
        Damage("A state is given to another user") { try $0.rewrite(5) { $0.user = "cyd" } },
        Damage("A state is issued for another toolkit") { ledger in
            try ledger.rewriteState(5) { $0.toolkit = "slack" }
        },
        Damage("A state had expired when it was consumed") { ledger in
            let issued = try ledger.decoded(5).recordedAt
            try ledger.rewriteState(5) { $0.expiresAt = issued }
        },
        Damage("A link consumes a state that nobody issued") { ledger in
            try ledger.rewriteLink(6) {
                $0.origin = .state(StateDigest(of: StateToken("forged")))
            }
        },
        Damage("A link consumes a state that was consumed before") { ledger in
            guard case .grantLinked(let first) = try ledger.decoded(2).event else { return }
            try ledger.rewriteLink(6) { $0.origin = first.origin }
        },
        Damage("A state is issued twice") { ledger in
            guard case .stateIssued(let first) = try ledger.decoded(1).event else { return }
            try ledger.rewriteState(9) { $0.digest = first.digest }
        },
        Damage("A credential is made twice") { ledger in
            guard case .grantLinked(let first) = try ledger.decoded(2).event else { return }
            try ledger.rewriteLink(14) { $0.credential = first.credential }
        },
        Damage("A notice is about a credential that nobody made") { ledger in
            try ledger.rewrite(4) { record in
                guard case .grantExpired(var event) = record.event else { return }
                event.credential = "cred_other"
                record.event = .grantExpired(event)
            }
        },
        Damage("An account is linked with a grant that another one holds") { ledger in
            try ledger.rewriteLink(6) { $0.grant = "g0" }
        },
        Damage("The same, and all rows are as if it had been right") { ledger in
            try ledger.rewriteLink(19) { $0.grant = "g0" }
            guard case .grantLinked(let link) = try ledger.decoded(19).event else { return }
            try ledger.put(Array("g0".utf8), value: [UInt8](bigEndian: 19), in: "grants")
            try ledger.remove(Array("g4".utf8), from: "grants")
            let key = Array("cyd".utf8) + [0] + Array(link.credential.text.utf8)
            var row = try CredentialRowCodec.decode(
                try ledger.row(key, in: "credentials"), user: "cyd", id: link.credential)
            row.grant = "g0"
            try ledger.put(key, value: CredentialRowCodec.encode(row), in: "credentials")
        },
        Damage("A link's e-mail address is another") { ledger in
            try ledger.rewriteLink(2) { $0.account.email = "other@example.org" }
        },
        Damage("An idempotency key was used before") { ledger in
            try ledger.rewrite(5) { $0.idempotencyKey = "key 0" }
        },
        Damage("A record of a command of two says that it is alone") {
            try $0.rewrite(20) { $0.part = .whole }
        },
        Damage("A record that is alone says that it is the second of two") {
            try $0.rewrite(17) { $0.part = CommandPart(index: 1, count: 2) }
        },
        Damage("The second record of a command is by another actor") {
            try $0.rewrite(20) { $0.actor = .operator("eve") }
        },
        Damage("The second record of a command has an idempotency key") {
            try $0.rewrite(20) { $0.idempotencyKey = "forged" }
        },
        Damage("An actor that has to have a name has none") {
            try $0.rewrite(17) { $0.actor = LedgerActor(kind: .user, id: nil) }
        },
        Damage("A link that makes no credential gives it a label") { ledger in
            try ledger.rewriteLink(19) { $0.label = "forged" }
        },
    ]

    /// Only somebody outside, with an older tree head, could tell.
    static let hidden = [
        Damage("A record's actor is another", isHidden: true) {
            try $0.rewrite(17) { $0.actor = .operator("eve") }
        },
        Damage("A record's correlation is another", isHidden: true) {
            try $0.rewrite(17) { $0.correlationID = "forged" }
        },
        Damage("A record's name is another of the same millisecond", isHidden: true) { ledger in
            try ledger.rewrite(17) { record in
                record.id = EventID(
                    at: record.recordedAt, random: [UInt8](repeating: 7, count: EventID.length))
            }
        },
    ]
}

extension DamagedLedger {
    /// As `rewrite`, of the state that a record issues.
    fileprivate func rewriteState(_ position: UInt64, _ change: (inout StateIssued) -> Void) throws
    {
        try rewrite(position) { record in
            guard case .stateIssued(var event) = record.event else { return }
            change(&event)
            record.event = .stateIssued(event)
        }
    }
}
