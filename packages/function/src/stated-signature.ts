/**
 * Stated signatures: what the tensors of a call must be, and which of their dims have a name. A named dim may have any size, the same
 * wherever the name stands, and code is made for all of its sizes at once.
 */
import { flatten, raise, Tensor, TensorSpec } from '@deft/core';
import type { CallSignature } from './signature.ts';
import type { SizeAxes } from './sized-trace.ts';

/** Specs in place of tensors, or of whole parts of the arguments, all of whose tensors they hold for; where there is none anything goes. */
export type SignatureTree =
  | TensorSpec
  | undefined
  | null
  | readonly SignatureTree[]
  | { readonly [key: string]: SignatureTree };

/** The signature of a captured function. */
export class Signature {
  readonly #specs = new Map<string, TensorSpec>();
  readonly #op: string;

  constructor(op: string, trees: readonly SignatureTree[]) {
    this.#op = op;
    const { leaves, structure } = flatten(trees, 'args');
    leaves.forEach((leaf, i) => {
      const path = structure.paths[i] as string;
      if (leaf instanceof TensorSpec) this.#specs.set(path, leaf);
      else if (leaf !== undefined && leaf !== null) {
        raise('E_ARGUMENT', {
          op,
          argument: `signature, ${path}`,
          expected: 'tensorSpec(shape, dtype), or undefined where anything goes',
          found: String(leaf),
        });
      }
    });
  }

  /** The names of the dims, in the order in which they first stand. */
  get names(): string[] {
    const all = [...this.#specs.values()].flatMap((spec) => spec.stated.dims.filter((dim) => typeof dim === 'string'));
    return [...new Set(all)];
  }

  /**
   * Throws `E_SIGNATURE` for a call that does not fit, naming the path of the argument; else gives for every axis of its tensors
   * which name it has.
   */
  check({ leaves, structure: { paths }, tensorPositions }: CallSignature): SizeAxes {
    const { names } = this;
    const axes: (number | undefined)[][] = leaves.map(() => []);
    const sizes = new Map<string, Occurrence>();
    for (const [place, spec] of this.#specs) {
      const covered = [...paths.keys()].filter((i) => isWithin(paths[i] as string, place));
      if (covered.length === 0) this.#refuse(place, spec, 'nothing there');
      for (const i of covered) {
        const [leaf, path] = [leaves[i], paths[i] as string];
        if (!(leaf instanceof Tensor)) this.#refuse(path, spec, String(leaf));
        const { abstract } = leaf;
        if (!spec.admits(abstract)) this.#refuse(path, spec, abstract.text);
        axes[i] = spec.stated.dims.map((dim, axis) => {
          if (typeof dim !== 'string') return undefined;
          const size = abstract.shape[axis] as number;
          const known = sizes.get(dim) ?? { size, path };
          sizes.set(dim, known);
          if (known.size !== size) this.#refuseSize(dim, known, { size, path });
          return names.indexOf(dim);
        });
      }
    }
    return tensorPositions.map((position) => axes[position] as (number | undefined)[]);
  }

  #refuse(path: string, spec: TensorSpec, found: string): never {
    return raise('E_SIGNATURE', { op: this.#op, argument: path, expected: spec.text, found });
  }

  #refuseSize(name: string, known: Occurrence, other: Occurrence): never {
    return raise('E_SIGNATURE', {
      op: this.#op,
      says: `${name} is ${known.size} from ${known.path}, ${other.size} from ${other.path}`,
      hint: 'dims of one name have one size in a call; give them different names if they are independent',
    });
  }
}

/** Where a size was met. */
interface Occurrence {
  readonly size: number;
  readonly path: string;
}

/** Whether a path leads to a place or into it. */
const isWithin = (path: string, place: string): boolean =>
  path === place || (path.startsWith(place) && /^[.[]/.test(path.slice(place.length)));
