// Loaded before a program (`node --import`), writes the most memory that its process ever held, in bytes, when it ends.
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) process.on('exit', () => writeFileSync(process.env.DROVER_BENCH_MEMORY, String(process.resourceUsage().maxRSS * 1024)))
