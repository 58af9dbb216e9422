import { writeFileSync } from 'node:fs'

/** A vitest reporter: writes every test with its state, and why a skipped one was skipped, for the closing summary of `npm test`. */
export default class CollectResults {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()].map((test) => describeTest(module, test)))
    const broken = modules.flatMap((module) => module.errors().map((error) => ({ file: module.relativeModuleId, message: error.message })))
    const unhandled = unhandledErrors.map((error) => ({ file: 'outside any test', message: error.message }))
    writeFileSync(process.env.DROVER_TEST_RESULTS, JSON.stringify({ tests, broken: [...broken, ...unhandled] }))
  }
}

function describeTest(module, test) {
  const result = test.result()
  return { file: module.relativeModuleId, name: test.fullName, title: test.name, state: result.state, note: result.note }
}
