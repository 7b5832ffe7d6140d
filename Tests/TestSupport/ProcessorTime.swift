import Glibc

/// What `body` takes of a processor, on the thread that calls: neighbours that take theirs are not counted.
public func processorTime(_ body: () throws -> Void) rethrows -> Duration {
    let before = threadTime
    try body()
    return threadTime - before
}

private var threadTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
