internal import LedgerDomain

/// What has to hold for the definition of whatever follows the log; each answers what is wrong.
enum DefinitionCheck {
    /// A name that is also the name of a directory, on every file system and in every shell.
    static func problem(withName name: String, of what: String) -> String? {
        let isValid =
            1...64 ~= name.utf8.count
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        return isValid ? nil : "\(what) has a name that is not 1 to 64 of a-z, 0-9 and \"-\"."
    }

    /// Every kind of event is handled or ignored, and none is both.
    static func problem(handling handles: Set<EventKind>, ignoring ignores: Set<EventKind>)
        -> String?
    {
        let both = handles.intersection(ignores)
        guard both.isEmpty else {
            return "It handles and ignores \(list(both)). Decide for one."
        }
        let neither = Set(EventKind.allCases).subtracting(handles).subtracting(ignores)
        guard neither.isEmpty else {
            return "It neither handles nor ignores \(list(neither)). Decide for one."
        }
        return nil
    }

    private static func list(_ kinds: Set<EventKind>) -> String {
        kinds.map(\.rawValue).sorted().joined(separator: ", ")
    }
}
