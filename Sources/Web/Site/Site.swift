public import Frame
public import Hummingbird
import LedgerPages
import Logging
import MapPages
import NIOCore
import PeoplePages

/// The whole site: all routes, hung into one server. `serve` and the tests build it here.
public enum Site {
    public static let routes: [Route] =
        CityRoutes.all + EstateRoutes.all + FieldRoutes.all + APIRoutes.all + ImportRoutes.all + OGCRoutes.all
        + EvaluationRoutes.all + LedgerRoutes.all + PeopleRoutes.all

    /// Connections at once; more wait in the kernel's queue.
    static let connections = 4_000
    /// After so long without a request, or without a byte of one begun, a connection is closed.
    static let idle = TimeAmount.seconds(60)

    /// - Parameter onStart: told the port once it is open; with port 0 the system chooses one.
    public static func application(
        _ hall: Hall, host: String, port: Int, onStart: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> Application<RouterResponder<DoorContext>> {
        Application(
            router: router(hall),
            server: .http1(configuration: .init(idleTimeout: idle)),
            configuration: .init(
                address: .hostname(host, port: port), serverName: nil,
                availableConnectionsDelegate: .maximum(connections, logger: hall.log)),
            onServerRunning: { channel in onStart(channel.localAddress?.port ?? port) },
            logger: hall.log)
    }

    /// All routes behind the one door, without a server: tests send requests straight to it.
    public static func router(_ hall: Hall) -> Router<DoorContext> {
        let router = Router(context: DoorContext.self, options: .autoGenerateHeadEndpoints)
        Door(hall).open(routes, in: router)
        return router
    }
}
