import { Alert, Button, Group, Menu, Modal, Stack, TagsInput, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { useRetypeColumn } from "@/api/datasets";
import { ApiError, messageOf } from "@/api/errors";
import { useMay } from "@/api/permissions";
import type { Column, ColumnProfile } from "@/api/types";
import { FeatureType } from "@/ui/FeatureType";
import { notifyDone } from "@/ui/notify";
import classes from "./ColumnDetail.module.css";

const route = getRouteApi("/p/$project/datasets/$dataset/versions/$number");
const TYPES: Column["feature_type"][] = ["number", "category", "binary", "text", "date"];

/** A column's type, and the way to another one, which makes a new version of the dataset. */
export function ColumnType({ column }: { column: ColumnProfile }) {
  const allowed = useMay()("project:datasets:write");
  const [wanted, setWanted] = useState<Column["feature_type"] | null>(null);
  if (allowed === false) return <FeatureType type={column.feature_type} />;
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <UnstyledButton
            className={classes.typeButton}
            inert={!allowed}
            aria-label={`Type of ${column.name}: ${column.feature_type}`}
          >
            <FeatureType type={column.feature_type} />
            <IconChevronDown size={13} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Change the type to</Menu.Label>
          {TYPES.map((type) => (
            <Menu.Item
              key={type}
              disabled={type === column.feature_type && type !== "date"}
              rightSection={type === column.feature_type ? <IconCheck size={14} aria-label="current" /> : null}
              onClick={() => setWanted(type)}
            >
              <FeatureType type={type} />
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {wanted && <RetypeDialog column={column} type={wanted} onClose={() => setWanted(null)} />}
    </>
  );
}

interface DialogProps {
  column: ColumnProfile;
  type: Column["feature_type"];
  onClose: () => void;
}

function RetypeDialog({ column, type, onClose }: DialogProps) {
  const { project, dataset, number } = route.useParams();
  const retype = useRetypeColumn(project, dataset, number);
  const navigate = useNavigate();
  const [missing, setMissing] = useState<string[]>(column.format?.missing ?? []);
  const [dateFormat, setDateFormat] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const format = {
      ...(missing.length > 0 ? { missing } : {}),
      ...(type === "date" && dateFormat.trim() ? { date_formats: [dateFormat.trim()] } : {}),
    };
    const change = { column: column.name, feature_type: type, ...(Object.keys(format).length > 0 ? { format } : {}) };
    retype.mutate(change, {
      onSuccess: ({ version, created }) => {
        onClose();
        notifyDone(
          created
            ? `${column.name} is of type ${type} in version ${version.number}`
            : `Version ${version.number} has this type already`,
        );
        navigate({
          to: "/p/$project/datasets/$dataset/versions/$number",
          params: { project, dataset, number: version.number },
          search: (old: object) => old,
        });
      },
    });
  };
  return (
    <Modal opened onClose={onClose} title={`Change ${column.name} to ${type}`}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">
            This creates a new version of {dataset} with the same rows. Version {number} and the models that were
            trained on it stay as they are.
          </Text>
          {type === "date" && (
            <TextInput
              label="Date format"
              description="As in strptime, e.g. %d/%m/%Y. Leave empty to detect it."
              placeholder="%d/%m/%Y"
              value={dateFormat}
              onChange={(event) => setDateFormat(event.currentTarget.value)}
            />
          )}
          <TagsInput
            label="Words that mean a missing value"
            description="Besides an empty cell, NA, NaN and null. Enter adds one."
            placeholder="?"
            size="xs"
            value={missing}
            onChange={setMissing}
          />
          {retype.error && (
            <Alert color="red" variant="light" title={messageOf(retype.error)}>
              {retype.error instanceof ApiError && retype.error.hint}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={retype.isPending}>
              Create a new version
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
