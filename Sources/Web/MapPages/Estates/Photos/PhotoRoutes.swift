import Components
import Frame
import Kernel

/// Photos of estates and buildings: pages, pictures and map; for programs see `PhotosAPI`.
enum PhotoRoutes {
    static let assets: [Asset] = [.style("photos.css"), .script("photos.js")]

    static let all: [Route] = [
        .page("/estates/{id}/photos", .right(.readEstates), PhotosPage.show),
        .upload("/estates/{id}/photos", .right(.correctEstates), limit: PhotoUpload.limit, PhotoUpload.take),
        .page("/photos/{id}", .right(.readEstates), PhotoPage.show),
        .act("/photos/{id}", .right(.correctEstates), PhotoPage.save),
        .page("/photos/{id}/remove", .right(.correctEstates), PhotoPage.askRemoval),
        .act("/photos/{id}/remove", .right(.correctEstates), PhotoPage.remove),
        .look("/photos/{id}/full.jpg", .right(.readEstates), PhotoData.full),
        .look("/photos/{id}/thumb.jpg", .right(.readEstates), PhotoData.thumb),
        .page("/map/photos.geojson", .right(.readEstates), PhotoData.map),
    ]
}
