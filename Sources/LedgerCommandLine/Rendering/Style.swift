internal import LedgerDomain

/// Sets text off on a terminal, or leaves it alone.
struct Style {
    /// A way to set text off.
    enum Mark: String {
        case plain = ""
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    let isOn: Bool

    /// The text, set off where that is wanted.
    func apply(_ mark: Mark, to text: String) -> String {
        guard isOn, mark != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(mark.rawValue)m\(text)\u{1B}[0m"
    }
}

extension CredentialStatus {
    /// How the status is set off.
    var mark: Style.Mark {
        switch self {
        case .valid: .green
        case .expired: .yellow
        case .revoked: .red
        }
    }
}
