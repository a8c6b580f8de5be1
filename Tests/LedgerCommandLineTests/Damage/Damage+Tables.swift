internal import Foundation
internal import LedgerDomain
internal import LedgerFormat
internal import LedgerProjections
internal import LedgerStorage
internal import Testing

extension Damage {
    static let rows =
        ViewTables.Name.allCases.flatMap(lost) + ViewTables.Name.allCases.map(extra)
        + ViewTables.Name.allCases.compactMap(altered) + [
            Damage("The place of a record in `users` is given to another user") { ledger in
                try ledger.remove("bob", 6, from: .users)
                try ledger.put(Array("ann".utf8), value: [UInt8](bigEndian: 6), in: "users")
            },
            Damage("A row of `users` names a position that the log does not have") {
                try $0.put(Array("ann".utf8), value: [UInt8](bigEndian: 99), in: "users")
            },
            Damage("A grant leads to the link of another") { ledger in
                let other = try ledger.row(Array("g1".utf8), in: "grants")
                try ledger.put(Array("g0".utf8), value: other, in: "grants")
            },
            Damage("A grant leads to a record that is no link") {
                try $0.put(Array("g0".utf8), value: [UInt8](bigEndian: 1), in: "grants")
            },
            Damage("An idempotency key leads to another command") {
                try $0.put(Array("key 0".utf8), value: [UInt8](bigEndian: 5), in: "keys")
            },
            Damage("A credential belongs to another user") { ledger in
                let first = try ledger.bobs(.owners)
                try ledger.put(first.key, value: Array("ann".utf8), in: "owners")
            },
            Damage("A state that was consumed is unused again") { ledger in
                let first = try ledger.bobs(.states)
                try ledger.put(first.key, value: Array(first.value.prefix(8)), in: "states")
            },
            Damage("A row of `credentials` is as it was before the last record") { ledger in
                // The second account of ann, which record 17 gave a label.
                guard case .labelChanged(let event) = try ledger.decoded(17).event else { return }
                let key = Array("ann".utf8) + [0] + Array(event.credential.text.utf8)
                var stale = try CredentialRowCodec.decode(
                    try ledger.row(key, in: "credentials"), user: "ann", id: event.credential)
                stale.label = nil
                stale.version = Position(16)
                try ledger.put(
                    key, value: CredentialRowCodec.encode(stale), in: "credentials")
            },
        ]

    private static func lost(_ name: ViewTables.Name) -> [Damage] {
        guard name != .users else {
            return [
                Damage("A row of `users` is lost") { try $0.remove("bob", 6, from: .users) }
            ]
        }
        return [
            Damage("A row of `\(name.rawValue)` is lost") { ledger in
                try ledger.remove(try ledger.bobs(name).key, from: name.rawValue)
            }
        ]
    }

    private static func extra(_ name: ViewTables.Name) -> Damage {
        Damage("A row of `\(name.rawValue)` is there that nothing made") {
            try $0.put(Array("zed".utf8), value: [UInt8](bigEndian: 1), in: name.rawValue)
        }
    }

    /// The rows of `users` are nothing but key and number.
    private static func altered(_ name: ViewTables.Name) -> Damage? {
        guard name != .users else { return nil }
        return Damage("A row of `\(name.rawValue)` has a byte that is another") { ledger in
            let first = try ledger.bobs(name)
            try ledger.put(
                first.key, value: first.value.dropLast() + [0x7E], in: name.rawValue)
        }
    }

    static let stands = [
        Damage("The checkpoint is behind the log") { try $0.setCheckpoint(19) },
        Damage("The checkpoint is at the beginning") { try $0.setCheckpoint(0) },
        Damage("The checkpoint is ahead of the log") { try $0.setCheckpoint(21) },
        Damage("The checkpoint cannot be read") {
            try $0.put(Array("checkpoint".utf8), value: [0xFF], in: "meta")
        },
        Damage("The header is lost") { try $0.remove(Array("header".utf8), from: "meta") },
        Damage("The header cannot be read") {
            try $0.put(Array("header".utf8), value: [0xFF, 0xFF], in: "meta")
        },
        Damage("The header says that the format is a newer one") {
            try $0.changeHeader(at: 1, to: 2)
        },
        Damage("The header bears the name of another ledger") {
            try $0.changeHeader(at: 4, to: 0)
        },
        Damage("The rows of a projection are ahead of the log") { ledger in
            try ledger.setProjection(21, try ledger.decoded(20).id.bytes)
        },
        Damage("The rows of a projection contain a record that the log does not have") { ledger in
            try ledger.setProjection(20, try ledger.decoded(19).id.bytes)
        },
        Damage("The checkpoint of a projection cannot be read") {
            try $0.setProjection(20, [1, 2, 3])
        },
        Damage("The file of a projection is something else") { ledger in
            let text = String(repeating: "something else ", count: 1000)
            try Data(text.utf8).write(to: URL(filePath: ledger.projection + "/data.mdb"))
        },
        Damage("A reactor is ahead of the log") { ledger in
            try ledger.setReactor(21, try ledger.decoded(20).id.bytes)
        },
        Damage("A reactor took a record that the log does not have") { ledger in
            try ledger.setReactor(20, try ledger.decoded(19).id.bytes)
        },
        Damage("The checkpoint of a reactor cannot be read") {
            try $0.setReactor(20, [1, 2, 3])
        },
        Damage("The file of a reactor is something else") { ledger in
            let text = String(repeating: "something else ", count: 1000)
            try Data(text.utf8).write(to: URL(filePath: ledger.reactor + "/data.mdb"))
        },
    ]

    static let files = [
        Damage("The file is empty") { ledger in
            try ledger.changeFile { try $0.truncate(atOffset: 0) }
        },
        Damage("The file ends within its first page") { ledger in
            try ledger.changeFile { try $0.truncate(atOffset: 1000) }
        },
        Damage("The file ends after its first page") { ledger in
            try ledger.changeFile { try $0.truncate(atOffset: 4096) }
        },
        Damage("The file ends after its second page", stopsReaders: true) { ledger in
            try ledger.changeFile { try $0.truncate(atOffset: 8192) }
        },
        Damage("The file lacks its second half", stopsReaders: true) { ledger in
            let length = UInt64(ledger.file.count / 8192 * 4096)
            try ledger.changeFile { try $0.truncate(atOffset: length) }
        },
        Damage("Both header pages are zeros") { ledger in
            try ledger.changeFile { try $0.write(contentsOf: Data(count: 8192)) }
        },
        Damage("The first header page is zeros") { ledger in
            try ledger.changeFile { try $0.write(contentsOf: Data(count: 4096)) }
        },
        Damage("All pages but the header's are zeros", stopsReaders: true) { ledger in
            let length = ledger.file.count - 8192
            try ledger.changeFile { file in
                try file.seek(toOffset: 8192)
                try file.write(contentsOf: Data(count: length))
            }
        },
        Damage("The header is that of LMDB 1.0") { ledger in
            try ledger.changeFile { file in
                for page in [0, 4096] as [UInt64] {
                    try file.seek(toOffset: page + 24)
                    try file.write(contentsOf: Data([0xDE, 0xC0, 0xEF, 0xBE, 2]))
                }
            }
        },
        Damage("The file is something else") { ledger in
            let text = String(repeating: "something else ", count: 1000)
            try Data(text.utf8).write(to: URL(filePath: ledger.path + "/data.mdb"))
        },
    ]
}

/// What has to be there for the damage to be done.
func require<Value>(_ value: Value?) throws -> Value { try #require(value) }
