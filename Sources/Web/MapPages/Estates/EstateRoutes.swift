public import Frame
import Kernel

/// The pages of one estate, its buildings and its photos, and the forms that register and correct them.
public enum EstateRoutes {
    public static let all: [Route] = estates + PhotoRoutes.all

    private static let estates: [Route] = [
        .page("/estates/new", .right(.registerEstates), EstateNewPage.show),
        .act("/estates/new", .right(.registerEstates), EstateNewPage.save),
        .page("/estates/{id}", .right(.readEstates), EstatePage.answer),
        .page("/estates/{id}/history", .right(.readEstates), HistoryPage.estate),
        .page("/estates/{id}/outline", .right(.readEstates), OutlinePage.show),
        .page("/estates/{id}/outline.geojson", .right(.readEstates), OutlinePage.geoJSON),
        .upload("/estates/{id}/outline", .right(.correctEstates), OutlineActs.drawOutline),
        .upload("/buildings/{id}/footprint", .right(.correctEstates), OutlineActs.drawFootprint),
        .page("/estates/{id}/edit", .right(.correctEstates), EstateEditPage.show),
        .act("/estates/{id}/edit", .right(.correctEstates), EstateEditPage.save),
        .page("/estates/{id}/buildings/new", .right(.correctEstates), BuildingEditPage.showNew),
        .act("/estates/{id}/buildings/new", .right(.correctEstates), BuildingEditPage.register),
        .page("/estates/{id}/buildings/{building}", .right(.readEstates), BuildingPage.show),
        .page("/estates/{id}/buildings/{building}/history", .right(.readEstates), HistoryPage.building),
        .page("/estates/{id}/buildings/{building}/edit", .right(.correctEstates), BuildingEditPage.show),
        .act("/estates/{id}/buildings/{building}/edit", .right(.correctEstates), BuildingEditPage.save),
        .act("/estates/{id}/buildings/{building}/entrances", .right(.correctEstates), BuildingPage.addEntrance),
    ]
}
