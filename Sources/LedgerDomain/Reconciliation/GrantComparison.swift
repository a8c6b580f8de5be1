/// Compares what a platform lists with what the ledger knows: pure, a grant at a time.
package struct GrantComparison: Sendable {
    package let platform: PlatformID
    package let takenAt: Timestamp
    /// That the listing is complete; without it nothing can be revoked.
    package let evidence: CompletenessEvidence?

    package init(_ listing: GrantListing) {
        platform = listing.platform
        takenAt = listing.takenAt
        evidence = listing.completeness.evidence
    }

    /// How a listed grant differs from what is known of it; empty where it does not.
    package func findings(
        _ listed: ListedGrant, _ standing: GrantStanding
    ) -> [ReconciliationFinding] {
        switch standing {
        case .unknown(let surroundings):
            return unknown(listed, surroundings).map { [$0] } ?? []
        case .known(let credential, let version, let recordedAt):
            let known = Known(credential, version, listed.grant, recordedAt)
            guard credential.isLive, credential.grant == listed.grant else {
                return past(listed, known).map { [$0] } ?? []
            }
            if let platform = credential.platform, platform != self.platform {
                return [
                    known.finding(
                        .otherPlatform, "the credential that holds it belongs to \(platform)")
                ]
            }
            return others(listed, known) + (status(listed, known).map { [$0] } ?? [])
        }
    }

    /// A grant whose rows contradict each other.
    package func contradiction(
        _ grant: GrantID, _ standing: GrantStanding
    ) -> ReconciliationFinding {
        let reason = "its rows contradict each other; list it again"
        guard case .known(let credential, let version, _) = standing else {
            return ReconciliationFinding(.contradictory, grant, reason)
        }
        return Known(credential, version, grant).finding(.contradictory, reason)
    }

    /// A live credential of the platform whose grant is not listed.
    ///
    /// - Parameters:
    ///   - recordedAt: When its last event was recorded.
    ///   - evidence: That the listing is complete.
    package func missing(
        _ credential: Credential, _ version: UserVersion, recordedAt: Timestamp,
        _ evidence: CompletenessEvidence
    ) -> ReconciliationFinding {
        let known = Known(credential, version, credential.grant, recordedAt)
        if let newer = newer(known, credential.lastAuthenticatedAt, "authenticated") {
            return newer
        }
        return known.finding(
            .missingThere, mend: .revoke(evidence), "\(credential.status.rawValue) here, not listed"
        )
    }

    /// Whether something happened when the listing had been asked for.
    private func isNewer(_ time: Timestamp) -> Bool { time >= takenAt }
}

/// A credential and what its findings have in common.
private struct Known {
    let credential: Credential
    private let version: UserVersion
    private let grant: GrantID
    /// When the credential's last event was recorded, where that matters.
    let recordedAt: Timestamp?

    init(
        _ credential: Credential, _ version: UserVersion, _ grant: GrantID,
        _ recordedAt: Timestamp? = nil
    ) {
        self.recordedAt = recordedAt
        self.credential = credential
        self.version = version
        self.grant = grant
    }

    func finding(
        _ kind: ReconciliationFinding.Kind, mend: ReconciliationFinding.Mend? = nil,
        _ reason: String
    ) -> ReconciliationFinding {
        ReconciliationFinding(
            kind, grant, credential: credential.id, user: credential.user, version: version,
            mend: mend, reason)
    }
}

extension GrantComparison {
    /// What the ledger has learnt since the listing was asked for: by when it happened, or by when
    /// it was recorded.
    ///
    /// Times come from other clocks too, and may be whole seconds: what was recorded since could
    /// not have been known to whoever made the listing, whenever it is said to have happened.
    private func newer(
        _ known: Known, _ time: Timestamp, _ fact: String
    ) -> ReconciliationFinding? {
        if isNewer(time) {
            return known.finding(
                .newerHere, "\(fact) at \(time), after the listing was asked for")
        }
        guard let recordedAt = known.recordedAt, isNewer(recordedAt) else { return nil }
        return known.finding(
            .newerHere, "recorded at \(recordedAt), after the listing was asked for")
    }

    /// What the listing says otherwise of whose grant it is.
    private func others(_ listed: ListedGrant, _ known: Known) -> [ReconciliationFinding] {
        var findings: [ReconciliationFinding] = []
        if let user = listed.user, user != known.credential.user {
            findings.append(
                known.finding(
                    .otherUser, "listed for another user; find out whose it is, and move it by hand"
                ))
        }
        if let toolkit = listed.toolkit, toolkit != known.credential.toolkit {
            findings.append(
                known.finding(
                    .otherToolkit, "known as \(known.credential.toolkit), listed as \(toolkit)"))
        }
        if !listed.mayBe(known.credential.account) {
            findings.append(
                known.finding(
                    .otherAccount,
                    "listed for another account of the provider; replace the credential"))
        }
        return findings
    }

    /// How the status of a grant differs that a live credential holds.
    private func status(_ listed: ListedGrant, _ known: Known) -> ReconciliationFinding? {
        let credential = known.credential
        guard let status = listed.status, status != credential.status else { return nil }
        if status == .valid { return validThere(listed, known) }
        if let newer = newer(known, credential.lastAuthenticatedAt, "authenticated") {
            return newer
        }
        guard status == .revoked else {
            return known.finding(
                .expiredThere, mend: .expire(occurredAt: expiry(listed, credential)),
                "valid here, listed as expired")
        }
        let fact = "\(credential.status.rawValue) here, listed as revoked"
        guard let evidence else {
            return known.finding(
                .revokedThere, "\(fact); a partial listing revokes nothing, do it by hand")
        }
        return known.finding(.revokedThere, mend: .revoke(evidence), fact)
    }

    /// When the grant expired: as the listing says, unless that cannot be.
    private func expiry(_ listed: ListedGrant, _ credential: Credential) -> Timestamp {
        guard let time = listed.statusChangedAt, time <= takenAt,
            time >= credential.lastAuthenticatedAt
        else { return takenAt }
        return time
    }

    private func validThere(_ listed: ListedGrant, _ known: Known) -> ReconciliationFinding {
        let credential = known.credential
        if let newer = newer(known, credential.statusChangedAt, "expired") { return newer }
        let fact = "expired here at \(credential.statusChangedAt), listed as valid"
        if let time = listed.authenticatedAt, time <= takenAt,
            time > max(credential.statusChangedAt, credential.lastAuthenticatedAt)
        {
            return known.finding(
                .validThere, mend: .authenticate(occurredAt: time),
                "\(fact) and authenticated at \(time)")
        }
        return known.finding(.validThere, "\(fact); reconnect the credential to be sure")
    }

    /// A grant whose credential was revoked, or holds another one now.
    private func past(_ listed: ListedGrant, _ known: Known) -> ReconciliationFinding? {
        let credential = known.credential
        if listed.status == .revoked { return nil }
        if credential.isLive {
            if let newer = newer(known, credential.lastAuthenticatedAt, "replaced") {
                return newer
            }
            return known.finding(
                .supersededHere,
                "replaced here by \(credential.grant), still listed; delete it at the platform")
        }
        if let newer = newer(known, credential.statusChangedAt, "revoked") { return newer }
        return known.finding(
            .revokedHere,
            "revoked here at \(credential.statusChangedAt), still listed; delete it at the platform"
        )
    }

    /// A grant that no credential holds or held.
    private func unknown(
        _ listed: ListedGrant, _ surroundings: GrantStanding.Surroundings
    ) -> ReconciliationFinding? {
        if listed.status == .revoked { return nil }
        if let holder = surroundings.accountHolder, let version = surroundings.version {
            return Known(holder, version, listed.grant).finding(
                .otherGrant,
                "the account's credential holds \(holder.grant); reconnect it with this grant")
        }
        let finding = { (mend: ReconciliationFinding.Mend?, reason: String) in
            ReconciliationFinding(
                .missingHere, listed.grant, user: listed.user, version: surroundings.version,
                mend: mend, reason)
        }
        let missing = listed.missingForImport
        if !missing.isEmpty {
            let fields = missing.joined(separator: ", ")
            return finding(nil, "listed without \(fields), so it cannot be recorded")
        }
        if surroundings.isTaken {
            return finding(nil, "another user has connected the account")
        }
        let status = listed.status?.rawValue ?? ""
        return finding(.importGrant(listed), "\(status) there, unknown here")
    }
}

extension ListedGrant {
    /// The fields without which the grant cannot be recorded.
    fileprivate var missingForImport: [String] {
        let fields = [
            ("status", status != nil), ("user", user != nil), ("toolkit", toolkit != nil),
            ("provider", provider != nil), ("account.subject", subject != nil || email != nil),
        ]
        return fields.filter { !$0.1 }.map(\.0)
    }
}
