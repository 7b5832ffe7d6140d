public import Frame
import Kernel

/// The API for programs, its description for machines and its page for people.
public enum APIRoutes {
    public static let all: [Route] = operations.map(\.route) + [OpenAPI.route, APIPage.route]

    /// In the order of the description.
    static let operations: [APIOperation] =
        EstatesAPI.operations + BuildingsAPI.operations + PhotosAPI.operations + RecordAPI.operations
        + ProjectsAPI.operations
        + PlacesAPI.operations + FormsAPI.operations + SummaryAPI.operations
}
