public import Common
public import Components
public import Cryptography
public import Evaluation
public import Identity
public import Kernel
public import Ledger
public import Logging
public import Registry
public import Store

/// Everything the pages need, put together once at the start: the server that tests drive has the same hall as the one
/// that serves a city.
public struct Hall: Sendable {
    public let database: Database
    public let register: Register
    public let evaluations: Evaluations
    public let ledger: Ledger
    public let city: City
    public let vault: Vault
    public let files: FileStore
    public let menu: WorksMenu
    public let ledgerTables: LedgerTables
    public let clock: any Clock
    public let passwordRules: PasswordRules
    public let passwords: Password.Pool
    public let publicFiles: PublicFiles
    public let log: Logger
    public let settings: Settings
    /// Saves most requests one of their two statements; a counter in the database keeps it right on every node.
    let sessions = SessionCache()
    let keepAlive = KeepAlive()
    public let metrics = Metrics()
    /// Of all rooms: a node is ready once their migrations are done.
    public let schemas: [Schema]
    /// Tells what happens on any node, to all who want to know.
    public let changes: ChangeWatch
    let streams: StreamDesk

    /// What an operator may set.
    public struct Settings: Sendable {
        /// Cookies are sent over HTTPS only. On wherever the city is served beyond the machine itself.
        public var isSecure = false
        /// A proxy in front of us tells the client's address in `X-Forwarded-For`.
        public var trustsProxy = false
        /// How the city is reached from outside; nil when nobody told.
        public var address: SiteAddress?
        /// A raster map below our own. The content security policy must name its `origins`.
        public var basemap: Basemap?

        public init() {}
    }

    public init(
        database: Database, register: Register, evaluations: Evaluations, city: City, vault: Vault, files: FileStore,
        menu: WorksMenu, ledgerTables: LedgerTables, clock: any Clock,
        passwordRules: PasswordRules, passwords: Password.Pool = .shared, publicFiles: PublicFiles, log: Logger,
        settings: Settings = Settings(), streaming: StreamRules = StreamRules(), schemas: [Schema]
    ) {
        self.database = database
        self.register = register
        self.evaluations = evaluations
        ledger = Ledger(menu: menu)
        self.city = city
        self.vault = vault
        self.files = files
        self.menu = menu
        self.ledgerTables = ledgerTables
        self.clock = clock
        self.passwordRules = passwordRules
        self.passwords = passwords
        self.publicFiles = publicFiles
        self.log = log
        self.settings = settings
        self.schemas = schemas
        changes = ChangeWatch(database, every: streaming.lookEvery) { error in
            log.error("changes not seen", metadata: ["error": "\(error)"])
        }
        streams = StreamDesk(streaming)
    }
}

extension Hall {
    /// Forgets a file that a room gave up, unless any room names it still: the same bytes are one file, whoever brought
    /// them. The next sweep frees the bytes that no row names.
    /// - Parameter digest: SHA-256, hexadecimal.
    public func forget(file digest: String, in tx: Tx) throws {
        let isNamed =
            try register.names(file: digest, in: tx) || ledger.names(file: digest, in: tx)
            || evaluations.names(file: digest, in: tx)
        if !isNamed, let digest = ContentDigest(digest) { try StoredFile.delete(digest, tx) }
    }
}
