// The conformances of public types are public, so what they name is imported so.
public import AccountLedger
public import ArgumentParser
public import LedgerDomain
public import LedgerProjections

// How the values of the domain are written as arguments.

extension Identifier: ExpressibleByArgument {
    /// Takes any text; limits are checked where it is used.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension Timestamp: ExpressibleByArgument {
    /// Takes an RFC 3339 time.
    public init?(argument: String) {
        self.init(rfc3339: argument)
    }
}

extension Moment: ExpressibleByArgument {
    /// Takes a position, or an RFC 3339 time.
    public init?(argument: String) {
        if let number = UInt64(argument), argument.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }) {
            self = .position(Position(number))
        } else if let time = Timestamp(rfc3339: argument) {
            self = .time(time)
        } else {
            return nil
        }
    }
}

extension Position: ExpressibleByArgument {
    /// Takes a number without sign.
    public init?(argument: String) {
        guard case .position(let position) = Moment(argument: argument) else { return nil }
        self = position
    }
}

extension ChangePlace: ExpressibleByArgument {
    /// Takes a position, or a position and the number of a change: `42` or `42.0`.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension EventID: ExpressibleByArgument {
    /// Takes a UUID in lower case, with hyphens.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension UserVersion: ExpressibleByArgument {
    /// Takes a number without sign.
    public init?(argument: String) {
        guard let position = Position(argument: argument) else { return nil }
        self.init(position)
    }
}

extension LedgerActor: ExpressibleByArgument {
    /// Takes `KIND` or `KIND:ID`.
    public init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = parts.first.flatMap({ Kind(rawValue: String($0)) }) else { return nil }
        self.init(kind: kind, id: parts.count > 1 ? String(parts[1]) : nil)
    }

    /// The actor as it is written, for the help.
    public var defaultValueDescription: String {
        kind.rawValue + (id.map { ":" + $0 } ?? "")
    }
}

/// A pin: the credential that a session acts as for a toolkit.
struct Pin: ExpressibleByArgument, Hashable {
    let toolkit: ToolkitID
    let credential: CredentialID

    /// Takes `TOOLKIT=CREDENTIAL`.
    init?(argument: String) {
        guard let (toolkit, credential) = halves(of: argument) else { return nil }
        self.toolkit = ToolkitID(toolkit)
        self.credential = CredentialID(credential)
    }
}

/// What stands for a provider in an import that knows no toolkits.
struct ToolkitMapping: ExpressibleByArgument, Hashable {
    let provider: ProviderID
    let toolkit: ToolkitID

    /// Takes `PROVIDER=TOOLKIT`.
    init?(argument: String) {
        guard let (provider, toolkit) = halves(of: argument) else { return nil }
        self.provider = ProviderID(provider)
        self.toolkit = ToolkitID(toolkit)
    }
}

/// What stands before and after the last `=`; none where either is missing.
private func halves(of argument: String) -> (String, String)? {
    guard let middle = argument.lastIndex(of: "=") else { return nil }
    let (left, right) = (argument[..<middle], argument[middle...].dropFirst())
    return left.isEmpty || right.isEmpty ? nil : (String(left), String(right))
}
