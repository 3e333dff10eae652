/**
 * Signatures: what the tensors of a call must be, and which of their dims have a name. A named dim may have any size, the same
 * wherever the name stands, and code is made for all of its sizes at once.
 */
import { type AbstractValue, type DType, flatten, raise, type Shape, Tensor } from '@deft/core';
import type { CallSignature } from './signature.ts';
import type { SizeAxes } from './sized-trace.ts';

/** What a tensor must be: for every axis its size or a name, and a dtype. */
export class TensorSpec<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: S;
  /** Any, if there is none. */
  readonly dtype: D | undefined;

  /** Made by `tensorSpec`. */
  constructor(shape: S, dtype: D | undefined) {
    this.shape = shape;
    this.dtype = dtype;
  }

  /** `float32[batch, 784]`. */
  get text(): string {
    return `${this.dtype ?? 'a tensor '}[${this.shape.join(', ')}]`;
  }

  /** The dims at the front, which are stated, and whether others may follow. */
  get stated(): { readonly dims: readonly (number | string)[]; readonly isOpen: boolean } {
    const isOpen = this.shape.at(-1) === rest;
    return { dims: isOpen ? this.shape.slice(0, -1) : this.shape, isOpen };
  }

  /** Whether a tensor is one of these, whatever sizes its named dims have. */
  admits({ shape, dtype }: AbstractValue): boolean {
    const { dims, isOpen } = this.stated;
    return (
      (this.dtype === undefined || dtype === this.dtype) &&
      (isOpen ? shape.length >= dims.length : shape.length === dims.length) &&
      dims.every((dim, axis) => typeof dim === 'string' || dim === shape[axis])
    );
  }
}

/** Stands for further axes of any number, each of which has always the same size. */
const rest = '...';

/**
 * What a tensor argument must be, for `jit(f, { signature })`. A dim is a size, or a name for a size that may be another in every
 * call; `'...'` at the end stands for any further axes. Without a dtype any will do.
 *
 * Errors: `E_DIM` for a dim that is no whole number of at least 0 and no name.
 *
 * @example
 * ```ts
 * import { jit, matmul, tensorSpec, zeros } from '@deft/tensor';
 * const w = zeros([3, 2]);
 * const predict = jit((x) => matmul(x, w), { signature: [tensorSpec(['batch', 3], 'float32')] });
 * console.log(predict(zeros([5, 3])).shape, predict(zeros([1, 3])).shape, predict.compileCount); // [5, 2] [1, 2] 1
 * ```
 */
export function tensorSpec<const S extends Shape, D extends DType = DType>(shape: S, dtype?: D): TensorSpec<S, D> {
  shape.forEach((dim: unknown, axis) => {
    const isSize = typeof dim === 'number' && Number.isSafeInteger(dim) && dim >= 0;
    const isName = typeof dim === 'string' && dim !== '' && (dim !== rest || axis === shape.length - 1);
    if (isSize || isName) return;
    raise('E_DIM', {
      op: 'tensorSpec',
      argument: `shape[${axis}]`,
      expected: "a whole number of at least 0, a name, or '...' at the end",
      found: JSON.stringify(dim) ?? String(dim),
    });
  });
  return new TensorSpec(shape, dtype);
}

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
