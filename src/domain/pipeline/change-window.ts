/** Days as calendars in English abbreviate them. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'

/** When a stage takes promotions: on these days, from one wall clock time to another in the configuration's zone. One that ends before it begins ends on the next day. */
export interface ChangeWindow {
  readonly days: readonly Weekday[]
  /** HH:MM, 24 hours. */
  readonly from: string
  /** HH:MM; `24:00` is the end of the day. */
  readonly to: string
}

/** When a stage takes none, whatever its windows say; both ends are wall clock times (YYYY-MM-DDTHH:MM) in the configuration's zone. */
export interface Freeze {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly reason: string
}
