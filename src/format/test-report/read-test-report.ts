import { DroverError, errorMessage } from '#domain/kernel'
import type { XmlElement } from '../package.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { attributeOf, childElements, textOf } from '../xml/tree.ts'

/** A test that did not pass. */
export interface FailedTest {
  readonly name: string
  readonly message: string
}

/** What a report in JUnit's form says. Only tests that it lists are counted. */
export interface TestReport {
  readonly tests: number
  /** Failures and errors, of tests and of whole suites. */
  readonly failures: number
  readonly skipped: number
  /** The first of them. */
  readonly failed: readonly FailedTest[]
  /** When its newest suite began, as it is written; absent where none says so. */
  readonly begunAt?: string
}

/** Largest report that is read, in bytes. */
export const maxTestReportBytes = 10_000_000

const deepestSuites = 50
const failuresTold = 20

/**
 * Reads a test report in the form that JUnit's XML has become: a root of testsuites or testsuite, suites within suites, and test cases with
 * failure, error or skipped inside (Surefire, pytest, Jest, Mocha, NUnit and xUnit by their converters, GoogleTest). There is no standard, so
 * what a suite claims and does not show counts as the worse: a claimed failure is one, and more tests than are listed make it unreadable.
 * Reruns that passed in the end are passed (Surefire's flakyFailure and flakyError). Throws `tests.unreadable`.
 */
export function readTestReport(bytes: Uint8Array, path: string): TestReport {
  if (bytes.length > maxTestReportBytes) throw unreadable(path, `it has ${bytes.length} bytes, and at most ${maxTestReportBytes} are read`)
  const root = parse(bytes, path)
  const name = localName(root)
  if (name !== 'testsuites' && name !== 'testsuite') {
    throw unreadable(path, `its root is <${name}>, and that of a report in JUnit's form is <testsuites> or <testsuite>`)
  }
  const counts = readSuite(root, { path, depth: 0 })
  return {
    tests: counts.tests,
    failures: counts.failures,
    skipped: counts.skipped,
    failed: counts.failed.slice(0, failuresTold),
    ...(counts.begunAt === undefined ? {} : { begunAt: counts.begunAt }),
  }
}

/** Several reports of one run as one. */
export function joinTestReports(reports: readonly TestReport[]): TestReport {
  const sum = (of: (report: TestReport) => number) => reports.reduce((total, report) => total + of(report), 0)
  const begunAt = newest(reports.map((report) => report.begunAt))
  return {
    tests: sum((report) => report.tests),
    failures: sum((report) => report.failures),
    skipped: sum((report) => report.skipped),
    failed: reports.flatMap((report) => report.failed).slice(0, failuresTold),
    ...(begunAt === undefined ? {} : { begunAt }),
  }
}

interface Counts {
  readonly tests: number
  readonly failures: number
  readonly skipped: number
  readonly failed: readonly FailedTest[]
  readonly begunAt: string | undefined
}

interface Place {
  readonly path: string
  readonly depth: number
}

function parse(bytes: Uint8Array, path: string): XmlElement {
  try {
    return parseXml(bytes, path)
  } catch (error) {
    throw unreadable(path, errorMessage(error), error)
  }
}

function readSuite(suite: XmlElement, place: Place): Counts {
  const { path, depth } = place
  if (depth > deepestSuites) throw unreadable(path, `its suites are nested more than ${deepestSuites} deep`)
  const children = childElements(suite)
  const own = children.filter((child) => localName(child) === 'testcase').map(readCase)
  const inner = children.filter((child) => localName(child) === 'testsuite').map((child) => readSuite(child, { path, depth: depth + 1 }))
  const broken = children.filter(isFailure).map((child) => ({ name: nameOf(suite), message: messageOf(child) }))
  const sum = (of: (counts: Counts) => number) => inner.reduce((total, counts) => total + of(counts), 0)
  const tests = own.length + sum((counts) => counts.tests)
  const claimed = numberOf(suite, 'tests', path)
  if (claimed > tests) throw unreadable(path, `suite "${nameOf(suite)}" claims ${claimed} tests and lists ${tests}`)
  const shown = own.flatMap((test) => test.failed).length + broken.length + sum((counts) => counts.failures)
  return {
    tests,
    failures: Math.max(shown, numberOf(suite, 'failures', path) + numberOf(suite, 'errors', path)),
    skipped: own.filter((test) => test.isSkipped).length + sum((counts) => counts.skipped),
    failed: listFailed([...broken, ...own.flatMap((test) => test.failed)], inner),
    begunAt: newest([attributeOf(suite, 'timestamp'), ...inner.map((counts) => counts.begunAt)]),
  }
}

function listFailed(own: readonly FailedTest[], inner: readonly Counts[]): readonly FailedTest[] {
  return [...own, ...inner.flatMap((counts) => counts.failed)].slice(0, failuresTold)
}

interface Case {
  readonly isSkipped: boolean
  /** None or one. */
  readonly failed: readonly FailedTest[]
}

function readCase(test: XmlElement): Case {
  const status = (attributeOf(test, 'status') ?? attributeOf(test, 'result') ?? '').toLowerCase()
  const children = childElements(test)
  const failure = children.find(isFailure)
  const className = attributeOf(test, 'classname')
  const name = [className, nameOf(test)].filter((part) => part !== undefined && part !== '').join('.')
  if (failure !== undefined) return { isSkipped: false, failed: [{ name, message: messageOf(failure) }] }
  if (failedStates.includes(status)) return { isSkipped: false, failed: [{ name, message: `Its status is ${status}.` }] }
  return { isSkipped: skippedStates.includes(status) || children.some((child) => localName(child) === 'skipped'), failed: [] }
}

const failedStates: readonly string[] = ['failed', 'failure', 'fail', 'error', 'inconclusive', 'timeout']
const skippedStates: readonly string[] = ['notrun', 'not-run', 'skipped', 'ignored', 'disabled', 'suppressed']

function isFailure(element: XmlElement): boolean {
  const name = localName(element)
  return name === 'failure' || name === 'error'
}

function messageOf(element: XmlElement): string {
  const text = (attributeOf(element, 'message') ?? textOf(element) ?? '').trim().replaceAll(/\s+/g, ' ')
  return text === '' ? 'It says no more.' : text.slice(0, 300)
}

function nameOf(element: XmlElement): string {
  return (attributeOf(element, 'name') ?? '').slice(0, 300)
}

/** Prefixes of namespaces say nothing here. */
function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(':') + 1)
}

function numberOf(element: XmlElement, name: string, path: string): number {
  const text = attributeOf(element, name)?.trim() ?? ''
  if (text === '') return 0
  if (!/^\d{1,9}$/.test(text)) throw unreadable(path, `suite "${nameOf(element)}" has ${name}="${text.slice(0, 40)}", which is no count`)
  return Number(text)
}

function newest(instants: readonly (string | undefined)[]): string | undefined {
  const told = instants.filter((instant): instant is string => instant !== undefined && !Number.isNaN(Date.parse(instant)))
  return told.sort((a, b) => Date.parse(b) - Date.parse(a))[0]
}

function unreadable(path: string, why: string, cause?: unknown): DroverError {
  return new DroverError('tests.unreadable', `${path} cannot be read as a test report: ${why}.`, {
    hint: "Hand in the report of your test run in JUnit's XML form, as it was written; convert those of NUnit or xUnit first.",
    ...(cause === undefined ? {} : { cause }),
  })
}
