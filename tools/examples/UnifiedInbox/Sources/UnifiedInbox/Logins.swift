import AccountLedger
import Hummingbird
import Synchronization

/// Who is logged in, by a cookie: stands for the login that a service has.
///
/// A callback has to know who comes with it. That the state is known says only that somebody began.
final class Logins: Sendable {
    private static let cookie = "login"
    private let users = Mutex<[String: UserID]>([:])

    /// Logs a user in; a service asks for proof first.
    func begin(for user: UserID) -> Cookie {
        // 256 bits of the system's randomness.
        let key = (0..<4).map { _ in String(UInt64.random(in: 0 ... .max), radix: 16) }
            .joined(separator: "-")
        users.withLock { $0[key] = user }
        // No script reads it. Of other sites' requests only those that lead the browser here bring
        // it, as a callback does. Where there is TLS, `secure` is true as well.
        return Cookie(name: Self.cookie, value: key, path: "/", httpOnly: true, sameSite: .lax)
    }

    /// The user whose browser sends a request, if one is logged in.
    func user(of request: Request) -> UserID? {
        guard let key = request.cookies[Self.cookie]?.value else { return nil }
        return users.withLock { $0[key] }
    }
}
