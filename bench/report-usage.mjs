// Loaded before a program (`node --import`), writes what its whole process used when it ends: the most memory that it ever held, in
// bytes, and the time of all its threads, in milliseconds.
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    writeFileSync(process.env.DROVER_BENCH_USAGE, JSON.stringify({ memory: maxRSS * 1024, cpu: (userCPUTime + systemCPUTime) / 1000 }))
  })
}
