import { z } from 'zod';
import type { Lookup, Want } from '../decision/lookups.ts';
import type { Installation, Purpose, QueryAnswer } from './client.ts';
import {
  codeownersPiece,
  issuePiece,
  type Piece,
  type Place,
  personPiece,
  readUser,
  teamPiece,
} from './lookup-pieces.ts';

/** One answer to one want. */
export type Answered = { readonly want: Want; readonly answer: Lookup<unknown> };

/** Kinds of wants that one composed GraphQL query answers together. */
export const QUERIED: ReadonlySet<Want['kind']> = new Set(['teams', 'users', 'people', 'codeowners', 'issues']);

/** How many wants one query carries, so that it stays within GitHub's limits on nodes and time. */
const PER_QUERY = 50;

/** Answers all wants of {@link QUERIED} kinds with as few queries as there may be: one for up to fifty. */
export async function answerByQuery(
  installation: Installation,
  place: Place,
  wants: readonly Want[],
  purpose: Purpose,
): Promise<readonly Answered[]> {
  const answered: Answered[] = [];
  for (let start = 0; start < wants.length; start += PER_QUERY) {
    const pieces = wants
      .slice(start, start + PER_QUERY)
      .map((want, index) => pieceFor(installation, place, want, index, purpose));
    answered.push(...(await ask(installation, pieces, purpose)));
  }
  return answered;
}

async function ask(
  installation: Installation,
  pieces: readonly Piece[],
  purpose: Purpose,
): Promise<readonly Answered[]> {
  const types = pieces.flatMap((piece) => piece.types).join(', ');
  const text = `query CountersignLookups(${types}) {\n${pieces.map((piece) => `${piece.alias}: ${piece.text}`).join('\n')}\n}`;
  const variables = Object.assign({}, ...pieces.map((piece) => piece.variables)) as Record<string, unknown>;
  const answer = await installation.query(text, variables, purpose);
  const at = new Date(installation.now()).toISOString();
  return Promise.all(pieces.map(async (piece) => ({ want: piece.want, answer: await readPiece(piece, answer, at) })));
}

/** Not found is an answer; every other error is one too, and makes the decision say that it could not be read. */
async function readPiece(piece: Piece, answer: QueryAnswer, at: string): Promise<Lookup<unknown>> {
  const errors = answer.errors.filter((error) => error.path[0] === piece.alias);
  const trouble = errors.find((error) => error.type !== 'NOT_FOUND');
  if (trouble !== undefined) return { error: `${nameOf(piece.want)} could not be read: ${trouble.message}` };
  const data = z.record(z.string(), z.unknown()).safeParse(answer.data);
  if (!data.success) return { error: `${nameOf(piece.want)} could not be read.` };
  try {
    return await piece.read(data.data[piece.alias] ?? null, at);
  } catch (error) {
    if (error instanceof z.ZodError)
      return { error: `${nameOf(piece.want)} was answered in a form that is not GitHub's.` };
    throw error;
  }
}

function nameOf(want: Want): string {
  const nouns: Partial<Record<Want['kind'], string>> = {
    teams: 'Team',
    users: 'User',
    people: 'The permission of',
    codeowners: 'CODEOWNERS at',
    issues: 'Issue',
  };
  return `${nouns[want.kind] ?? want.kind} ${want.kind === 'people' ? (want.login ?? want.key) : want.key}`;
}

function pieceFor(installation: Installation, place: Place, want: Want, index: number, purpose: Purpose): Piece {
  const alias = `w${index}`;
  switch (want.kind) {
    case 'teams':
      return teamPiece(installation, want, alias, purpose);
    case 'users':
      return {
        want,
        alias,
        text: `user(login: $${alias}) { databaseId login }`,
        types: [`$${alias}: String!`],
        variables: { [alias]: want.key },
        read: readUser,
      };
    case 'people':
      return personPiece(place, want, alias);
    case 'codeowners':
      return codeownersPiece(place, want, alias);
    default:
      return issuePiece(want, alias);
  }
}
