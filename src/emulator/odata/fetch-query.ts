import type { Measure } from './aggregate.ts'

/** A query in FetchXML, read. Names are logical names. */
export interface FetchQuery {
  readonly entity: FetchEntity
  readonly top: number | undefined
  /** Rows of a page. */
  readonly count: number | undefined
  /** From 1. */
  readonly page: number
  readonly pagingCookie: string | undefined
  readonly isDistinct: boolean
  readonly isAggregate: boolean
  /** Lowers the number of rows that an aggregate may examine. */
  readonly aggregateLimit: number | undefined
  readonly wantsTotal: boolean
}

export interface FetchEntity {
  readonly name: string
  readonly attributes: readonly FetchAttribute[]
  /** No attribute named, or all-attributes: every column. Of a linked table without either: none. */
  readonly wantsAll: boolean
  readonly filters: readonly FetchFilter[]
  readonly orders: readonly FetchOrder[]
  readonly links: readonly FetchLink[]
}

export interface FetchLink extends FetchEntity {
  readonly alias: string
  /** Column of the linked table, and the column of the table around it. */
  readonly from: string
  readonly to: string
  readonly isOuter: boolean
}

export interface FetchAttribute {
  readonly name: string
  readonly alias: string | undefined
  readonly measure: Measure | undefined
  readonly isGroup: boolean
  readonly dateGrouping: 'day' | 'week' | 'month' | 'quarter' | 'year' | undefined
}

export interface FetchOrder {
  /** A column, or in aggregates an alias. */
  readonly attribute: string | undefined
  readonly alias: string | undefined
  readonly isDescending: boolean
}

export type FetchFilter = { readonly kind: 'and' | 'or'; readonly parts: readonly FetchFilter[] } | FetchCondition

export interface FetchCondition {
  readonly kind: 'condition'
  /** Alias of the linked table whose column it is; undefined for the table that the filter stands in. */
  readonly entityName: string | undefined
  readonly attribute: string
  readonly operator: string
  readonly values: readonly string[]
  /** Another column of the same row in place of a value. */
  readonly valueColumn: string | undefined
}
