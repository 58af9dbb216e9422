/** Gives errors of the database their code and says what was being done. */
export type Guard = <T>(doing: string, work: () => Promise<T>) => Promise<T>
