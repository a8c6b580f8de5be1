internal import LedgerFormat

extension NoticeTemplate {
    /// Reads a notice of a delivery whose signature was right.
    ///
    /// - Throws: `PlatformError` where the template or the body is not what it has to be.
    public func notice(_ body: VerifiedBody) throws(PlatformError) -> NoticeReading {
        try notice(unverified: body.bytes)
    }

    /// Reads a notice from a file: nobody has checked who wrote it.
    ///
    /// - Throws: `PlatformError` as for a delivery.
    public func notice(unverified bytes: [UInt8]) throws(PlatformError) -> NoticeReading {
        try validate()
        let body = try BodyFields.value(bytes)
        let type = try typeName(in: body)
        guard let change = meanings[type] else { return .ignored(IgnoredNotice(.otherType)) }
        let grant = try text(self.grant, "grant", in: body)
        guard let grant, Limits.violation(ofIdentifier: grant) == nil else {
            throw Self.bodyError(self.grant, "is no name of a grant")
        }
        var notice = GrantNotice(platform: platform, change: change, grant: GrantID(grant))
        notice.occurredAt = try occurredAt(in: body)
        let id = try text(id, "id", in: body)
        // An id is a name by itself; a time is one together with what it is of.
        let parts = [id ?? "", type, grant, notice.occurredAt.map { "\($0)" } ?? ""]
        let isNamed = id != nil || notice.occurredAt != nil
        notice.notice = isNamed ? NoticeID(platform, of: parts) : nil
        notice.cause = CausationID(told: id)
        if change == .expired {
            notice.reason = try text(reason, "reason", in: body).flatMap(reasonText) ?? type
        }
        notice.provider = try text(provider, "provider", in: body).map { ProviderID($0) }
        notice.subject = try text(subject, "subject", in: body).map { Identifier($0) }
        notice.email = try text(email, "email", in: body)
        notice.name = try text(name, "name", in: body)
        notice.user = try text(user, "user", in: body).map { UserID($0) }
        let object = try value(attributes, "attributes", in: body)
        notice.attributes = object.flatMap { BodyFields($0, in: "") }?.attributes() ?? [:]
        return .notice(notice)
    }

    private func typeName(in body: JSONValue) throws(PlatformError) -> String {
        var parts: [String] = []
        for place in type { parts.append(try text(place, "type", in: body) ?? "") }
        return parts.joined(separator: "/")
    }

    private func occurredAt(in body: JSONValue) throws(PlatformError) -> Timestamp? {
        guard let place = time, let value = try value(place, "time", in: body) else { return nil }
        let start = Timestamp(microsecondsSinceEpoch: 0)
        let found: Timestamp? =
            switch (timeForm ?? .rfc3339, value) {
            case (.rfc3339, .string(let text)): Timestamp(rfc3339: text)
            case (.seconds, .integer(let seconds)): start.adding(seconds: seconds)
            case (.milliseconds, .integer(let milliseconds)):
                start.adding(.milliseconds(milliseconds))
            default: nil
            }
        guard let found, found.isInRange else {
            throw Self.bodyError(place, "is not a time in the form that the template says")
        }
        return found
    }

    private func text(
        _ place: String?, _ field: String, in body: JSONValue
    ) throws(PlatformError) -> String? {
        try value(place, field, in: body)?.scalarText
    }

    /// What is at a place; none where there is nothing, or null.
    private func value(
        _ place: String?, _ field: String, in body: JSONValue
    ) throws(PlatformError) -> JSONValue? {
        guard let place else { return nil }
        var value = body
        for step in try Self.pointer(place, field) {
            guard let next = value.member(step) else { return nil }
            value = next
        }
        if case .null = value { return nil }
        return value
    }

    private static func bodyError(_ place: String, _ reason: String) -> PlatformError {
        PlatformError(.invalidField, place, "What the body has at \(place) \(reason).")
    }
}

extension JSONValue {
    /// A member of an object by its name, or an element of an array by its number.
    fileprivate func member(_ step: String) -> JSONValue? {
        switch self {
        case .object(let members):
            members.first { $0.name.utf8.elementsEqual(step.utf8) }?.value
        case .array(let elements):
            Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        case .null, .bool, .integer, .number, .string: nil
        }
    }
}
