import { startDatabase } from '../embedded-database.ts'

// A process of its own that keeps a database running, for tests that kill it; with `leave` it ends without stopping anything.
const [workspace = '', mode] = process.argv.slice(2)
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
try {
  const database = await startDatabase({ workspace, log: silent })
  process.stdout.write(`${JSON.stringify(database)}\n`)
  process.once('SIGTERM', () => void database.stop().then(() => process.exit(0)))
  if (mode === 'leave') process.exit(0)
  setInterval(() => undefined, 1000)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: error instanceof Error && 'code' in error ? error.code : String(error) })}\n`)
  process.exit(1)
}
