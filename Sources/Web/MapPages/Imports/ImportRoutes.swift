public import Frame

/// What comes in and goes out in files, and what is kept beside the estates: places, cross-check lists, survey forms,
/// stages.
public enum ImportRoutes {
    public static let all: [Route] =
        ImportsPage.routes + ImportPage.routes + MappingPage.routes + ImportActs.routes + ImportTemplate.routes
        + ExportRoutes.routes + PlacesPage.routes + PlaceActs.routes
        + ChecklistsPage.routes + FormsPage.routes + StagesPage.routes
}
