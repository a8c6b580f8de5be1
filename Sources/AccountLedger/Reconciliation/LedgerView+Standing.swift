internal import LedgerDomain
internal import LedgerJournal
internal import LedgerProjections

extension LedgerView {
    /// What is known of a listed grant, of whose rows those that contradict each other say nothing.
    func standing(
        of grant: GrantID, _ listed: ListedGrant?
    ) throws(LedgerError) -> GrantStanding {
        do {
            guard let holding = try reader.holding(of: grant),
                let credential = try reader.credential(holding.credential, of: holding.user)
            else { return .unknown(try surroundings(of: listed)) }
            let agrees =
                credential.grant == grant
                && listed?.status.map { $0 == credential.status } ?? true
            return .known(
                credential, try reader.version(of: holding.user),
                recordedAt: agrees ? nil : try reader.record(at: credential.version).recordedAt)
        } catch {
            throw LedgerError(error)
        }
    }

    /// When the last event of a credential was recorded.
    func recordingTime(of credential: Credential) throws(LedgerError) -> Timestamp {
        do {
            return try reader.record(at: credential.version).recordedAt
        } catch {
            throw LedgerError(error)
        }
    }

    private func surroundings(
        of listed: ListedGrant?
    ) throws(JournalError) -> GrantStanding.Surroundings {
        var surroundings = GrantStanding.Surroundings()
        guard let listed, let user = listed.user else { return surroundings }
        surroundings.version = try reader.version(of: user)
        guard let account = listed.account?.identity else { return surroundings }
        if let toolkit = listed.toolkit {
            surroundings.accountHolder = try reader.liveCredential(
                of: user, toolkit, with: account)
            if surroundings.accountHolder == nil {
                surroundings.accountHolder = try liveCredential(of: user, toolkit, listed)
            }
        }
        if !policy.sharedAccounts {
            surroundings.isTaken = try reader.isHeldByAnother(account, than: user)
        }
        return surroundings
    }

    /// The live credential whose account has the address of a grant that is listed without the
    /// account's stable name.
    private func liveCredential(
        of user: UserID, _ toolkit: ToolkitID, _ listed: ListedGrant
    ) throws(JournalError) -> Credential? {
        guard listed.subject == nil, let email = listed.email?.lowercased() else { return nil }
        return try reader.credentials(of: user).first { credential in
            credential.isLive && credential.toolkit == toolkit
                && credential.account.provider == listed.provider
                && credential.account.email?.lowercased() == email
        }
    }
}
