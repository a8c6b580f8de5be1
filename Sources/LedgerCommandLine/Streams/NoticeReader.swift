internal import LedgerDomain
internal import LedgerFormat
internal import LedgerPlatforms

/// Reads the bodies of one platform as what is to be done about them.
struct NoticeReader {
    let format: Import.Format
    let mapping: NoticeMapping
    /// When the listing was made, where that is told.
    let listedAt: Timestamp?
    /// What the first body without a time of its own is taken to be received at.
    let receivedAt: Timestamp
    /// Tells a person what is not wrong and yet worth knowing.
    let tell: (String) -> Void

    /// What a body is read as: mostly one result, for a listing one a grant.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - ordinal: Which one it is of those in the file.
    func results(
        _ body: [UInt8], ordinal: Int
    ) throws(PlatformError) -> [Result<NoticeResult, FieldError>] {
        switch format {
        case .userGrantsCSV, .cloudevents: []
        case .nylasWebhooks: [.success(result(try Nylas.notice(unverified: body), ordinal))]
        case .composioWebhooks: [.success(result(try Composio.notice(unverified: body), ordinal))]
        case .nangoWebhooks: [.success(result(try Nango.notice(unverified: body), ordinal))]
        case .nylasGrants: results(try Nylas.grants(unverified: body))
        case .paragonUser: results(try Paragon.credentials(unverified: body))
        }
    }

    private func result(_ reading: NoticeReading, _ ordinal: Int) -> NoticeResult {
        switch reading {
        case .ignored(let notice): return .ignored(notice)
        case .notice(let notice):
            // Receipt tells the order, so each body is received after the one before.
            let time = receivedAt.adding(microseconds: Int64(ordinal))
            return notice.commands(mapping: mapping, receivedAt: time)
        }
    }

    private func results(_ listing: PlatformListing) -> [Result<NoticeResult, FieldError>] {
        if listing.saysMore {
            tell("A listing says that there are more grants on another page; add it to the file.")
        }
        return listing.grants.map { .success($0.commands(mapping: mapping, listedAt: listedAt)) }
            + listing.rejected.map {
                .failure(FieldError($0.field, "entry \($0.place): \($0.reason)"))
            }
    }
}
