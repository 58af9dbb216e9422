import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'

/** Something that a person says or asks for; afterwards all is read again, also after a "no", which tells what has changed meanwhile. */
export function useWord<Word, Answer>(say: (word: Word) => Promise<Answer>): UseMutationResult<Answer, unknown, Word> {
  const queries = useQueryClient()
  return useMutation<Answer, unknown, Word>({ mutationFn: say, onSettled: () => queries.invalidateQueries() })
}
