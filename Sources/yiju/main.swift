import Commands
import Foundation

// Everything else lies in `Commands`, which tests drive too.
exit(await Yiju.run(Array(CommandLine.arguments.dropFirst())))
