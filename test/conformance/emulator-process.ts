import { startEmulator } from '#emulator'
import { adminSecret, deployer } from './organisation.ts'

// A process of its own, so that a test can kill or measure it: node … emulator-process.ts <data folder> <port> <clock scale> <environments>
const [dataDir = '', port = '0', clockScale = '1', environments = 'dev'] = process.argv.slice(2)
const emulator = await startEmulator({
  port: Number(port),
  dataDir,
  environments: environments.split(','),
  clients: [deployer],
  clockScale: Number(clockScale),
  adminSecret,
})
process.stdout.write(`${emulator.port}\n`)
