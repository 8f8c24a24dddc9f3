def uninstall_hook(env):
    """Leave a working native Odoo: the triggers that keep the ledger append-only go with the ledger, and so do the
    tables that are no models."""
    env.cr.execute('DROP TABLE IF EXISTS membership_settlement_dispute_atom, membership_settlement_atom')
    for table in ('membership_ledger_entry', 'membership_ledger_match'):
        env.cr.execute(f'DROP TRIGGER IF EXISTS {table}_append_only ON {table}')  # pylint: disable=sql-injection
        env.cr.execute(f'DROP FUNCTION IF EXISTS {table}_append_only()')  # pylint: disable=sql-injection
